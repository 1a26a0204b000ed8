"""The order of the rooms (docs/architecture.md), as pyproject.toml states it for import-linter."""

import subprocess
import sys
import tomllib
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    program = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_imports_to_its_right_or_upwards() -> None:
    done = lint(BASE_DIR)
    assert done.returncode == 0, done.stdout


def test_an_import_in_the_wrong_direction_is_found(tmp_path: Path) -> None:
    """The contracts really look at what they name: a small copy with one import too many."""
    (tmp_path / "pyproject.toml").write_text((BASE_DIR / "pyproject.toml").read_text())
    modules = {"povertyplan": ["embedded", "brokers", "settings", "celery"]}
    for package in ("povertyplan", "organisation", "measures", "grants", "families", "reporting"):
        (tmp_path / package).mkdir()
        for name in ("__init__", "domain", "models", *modules.get(package, ())):
            (tmp_path / package / f"{name}.py").write_text("")
    assert lint(tmp_path).returncode == 0
    (tmp_path / "organisation" / "models.py").write_text("import measures.models\n")
    assert "organisation.models -> measures.models" in lint(tmp_path).stdout
    (tmp_path / "organisation" / "models.py").write_text("import organisation.domain\n")
    assert "organisation.models -> organisation.domain" in lint(tmp_path).stdout


def test_every_app_is_in_the_contract() -> None:
    from django.conf import settings

    contracts = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rooms = {layer.strip("()") for layer in contracts[0]["layers"]}
    own = {name for name in settings.INSTALLED_APPS if (BASE_DIR / name).is_dir()}
    assert own <= rooms
    assert own <= set(contracts[1]["containers"])
