"""docker-compose.yml and Dockerfile: well-formed, without secrets, at one with the settings. No engine is needed."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

BASE_DIR = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
DOCKERFILE = (BASE_DIR / "Dockerfile").read_text()
EXAMPLE = (BASE_DIR / ".env.example").read_text()
SECRET = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|AUTH")
REFERENCE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(:\?|:-)?([^}]*)\}")


def names_read_by_settings() -> set[str]:
    """Every environment variable that settings.py reads, whether directly or through its `flag` and `words`."""
    text = (BASE_DIR / "povertyplan" / "settings.py").read_text()
    return set(re.findall(r'(?:environ(?:\.get\(|\[)|flag\(|words\()\s*"([A-Z_]+)"', text))


def texts(value: object) -> list[str]:
    """Every text in a YAML value."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [str(value)]


def from_image(name: str) -> str:
    return str(SERVICES[name].get("image", ""))


def test_services_are_all_there() -> None:
    assert set(SERVICES) == {"web", "worker", "beat", "migrate", "postgres", "redis"}
    assert OURS == ["beat", "migrate", "web", "worker"]


@pytest.mark.parametrize("name", OURS)
def test_settings_read_every_variable(name: str) -> None:
    known = names_read_by_settings()
    assert "DATABASE_URL" in known
    assert set(SERVICES[name]["environment"]) <= known


@pytest.mark.parametrize("name", OURS)
def test_settings_get_what_production_needs(name: str) -> None:
    needed = {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "POVERTYPLAN_DB_ROLE"}
    environment = SERVICES[name]["environment"]
    assert needed <= set(environment)
    assert not {"DEBUG", "POVERTYPLAN_DEMO"} & set(environment)
    assert environment.get("POVERTYPLAN_HTTPS", "1") == "1"


def test_only_the_migration_is_the_owner() -> None:
    roles = {name: SERVICES[name]["environment"]["POVERTYPLAN_DB_ROLE"] for name in OURS}
    assert roles == {"web": "app", "worker": "app", "beat": "app", "migrate": "owner"}
    for name in OURS:
        user = "povertyplan_owner" if name == "migrate" else "povertyplan_web"
        assert SERVICES[name]["environment"]["DATABASE_URL"].startswith(f"postgresql://{user}:$")
        assert ("DATABASE_OWNER_URL" in SERVICES[name]["environment"]) == (name == "migrate")
        assert ("POVERTYPLAN_OWNER_PASSWORD" in str(SERVICES[name])) == (name == "migrate")


def test_servers_are_reached_by_their_names() -> None:
    for name in OURS:
        environment = SERVICES[name]["environment"]
        assert environment["DATABASE_URL"].endswith("@postgres:5432/povertyplan")
        assert environment["REDIS_URL"].endswith("@redis:6379/0")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_health_is_checked(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert check["interval"]
    assert check["timeout"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_start_waits_for_the_migration_and_redis(name: str) -> None:
    assert SERVICES[name]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "redis": {"condition": "service_healthy"},
    }
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_no_literal_secrets() -> None:
    for name, service in SERVICES.items():
        for variable, value in service["environment"].items():
            if SECRET.search(variable):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]*\}", value), (name, variable)
            if "://" in str(value) and (password := re.search(r"://[^:@/]*:(.*)@", str(value))):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]*\}", password.group(1)), (name, variable)


def test_every_variable_is_explained_in_the_example() -> None:
    used = {match[0]: match for text in texts(COMPOSE) for match in REFERENCE.findall(text)}
    required = {name for name, match in used.items() if match[1] == ":?"}
    assert set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == required
    assert set(re.findall(r"^#([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == set(used) - required
    assert not re.search(r"^#?[A-Z_]+=.+", EXAMPLE, re.MULTILINE), "the example holds a value"


def test_images_are_pinned() -> None:
    images = [from_image(name) for name in SERVICES] + re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    for image in images:
        assert re.search(r":\d+(\.\d+)*(-[a-z]+)*$", image), image


def test_named_volumes_exist_and_hold_the_data() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (BASE_DIR / source).exists(), volume
    # From 18 on the image keeps its data one folder further up; mounted in the old place they would be lost.
    assert "postgres:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]
    assert SERVICES["postgres"]["image"].startswith("postgres:18")


def test_image_and_services_agree() -> None:
    assert re.search(r"^EXPOSE 8000$", DOCKERFILE, re.MULTILINE)
    assert '"--bind", "0.0.0.0:8000"' in DOCKERFILE
    assert [port.rsplit(":", 1)[1] for port in SERVICES["web"]["ports"]] == ["8000"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    media = re.search(r"MEDIA_ROOT=(\S+)", DOCKERFILE)
    assert media
    for name in ("web", "worker"):
        assert SERVICES[name]["volumes"] == [f"media:{media.group(1)}"]
    version = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
    assert {from_image(name) for name in OURS} == {f"povertyplan:{version}"}


def test_image_runs_as_a_user_without_rights() -> None:
    user = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert user == ["10001:10001"]
    assert "useradd --uid 10001 --gid 10001" in DOCKERFILE
    assert "install -d -m 0700 -o 10001 -g 10001 /media/povertyplan" in DOCKERFILE
    for name in OURS:
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["read_only"] is True


def test_image_takes_hashed_packages_only() -> None:
    assert "--require-hashes" in DOCKERFILE
    assert "requirements.lock" in DOCKERFILE
    assert "npm ci --ignore-scripts" in DOCKERFILE


def test_image_leaves_out_whatever_is_not_named() -> None:
    lines = (BASE_DIR / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert not let_in & {".env", ".git", "var", "tests", "node_modules", ".venv"}
    assert {"manage.py", "package-lock.json", "requirements.lock", "povertyplan"} <= let_in
    apps = {folder.parent.name for folder in BASE_DIR.glob("*/apps.py")}
    assert apps <= let_in


def test_files_that_the_services_run_exist() -> None:
    for path in re.findall(r"povertyplan/deploy/[\w.]+", f"{DOCKERFILE} {SERVICES}"):
        assert (BASE_DIR / path).is_file(), path
