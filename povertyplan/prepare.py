"""Everything a checkout needs, for `make setup`: run as a file by the system's Python, standard library only.

    python3 -I povertyplan/prepare.py [--browser]

Makes .venv from requirements-dev.lock, fetches the front-end files of package-lock.json, compiles the translations and
sees to the system's libraries. What is up to date is left alone, so running it again takes no time.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOCK = BASE_DIR / "requirements-dev.lock"
NODE_MODULES = BASE_DIR / "node_modules"
VENDOR = BASE_DIR / "static" / "vendor"
# 3.11 first, for that is what the project is tested on.
PYTHONS = ("python3.11", "python3", "python3.12", "python3.13", "python3.14")
NPM_CI = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")

# WeasyPrint opens these; each with the Debian package it comes from.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# What the pages and the PDF use of node_modules, under the names that the templates know.
VENDORED = {
    "@digdir/designsystemet-css/dist/src/index.css": "designsystemet/index.css",
    "@digdir/designsystemet-css/dist/theme/designsystemet.css": "designsystemet/theme.css",
    "@digdir/designsystemet-css/LICENSE": "designsystemet/LICENSE",
    "@digdir/designsystemet-web/dist/umd/index.js": "designsystemet/web.js",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter/inter-latin-wght-normal.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter/inter-latin-ext-wght-normal.woff2",
    "@fontsource-variable/inter/files/inter-latin-wght-italic.woff2": "inter/inter-latin-wght-italic.woff2",
    "@fontsource-variable/inter/LICENSE": "inter/LICENSE",
}


class Missing(Exception):
    """Something could not be had; the message is one line that says what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Set up this checkout.")
    parser.add_argument("--browser", action="store_true", help="also Chromium, for the browser tests")
    parser.add_argument(
        "--files-only", action="store_true", help="only copy and compile files (the Dockerfile's build)"
    )
    options = parser.parse_args()
    try:
        if options.files_only:
            copy_vendored()
            compile_translations(sys.executable)
            return 0
        with one_at_a_time():
            install_system_packages(browser=options.browser)
            install_python_packages()
            install_front_end()
            compile_translations(str(VENV_PYTHON))
    except Missing as missing:
        print(f"setup: {missing}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two `make` in one checkout must not install into the same folders at once."""
    var = BASE_DIR / "var"
    var.mkdir(mode=0o700, exist_ok=True)
    with (var / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- The system's packages ---------------------------------------------------------------------------


def missing_packages(*, browser: bool) -> list[str]:
    """The Debian packages that this machine lacks and this checkout needs now."""
    missing = [package for library, package in LIBRARIES.items() if not has_library(library)]
    if browser and not any(shutil.which(name) for name in ("chromium", "chromium-browser")):
        missing.append("chromium")
    if not is_current(NODE_MODULES, front_end_state()) and shutil.which("npm") is None:
        missing.append("npm")
    if not works(VENV_PYTHON):
        missing += venv_packages()
    return missing


def has_library(name: str) -> bool:
    if sys.platform != "linux":
        return True  # named otherwise there; WeasyPrint itself will say what it lacks
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def venv_packages() -> list[str]:
    """Debian ships Python without what makes a virtual environment."""
    python = find_python()
    done = run([python, "-c", "import ensurepip, venv, sys; print(sys.version_info)"])
    if done.returncode == 0:
        return []
    version = run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).stdout.strip()
    return [f"python{version}-venv"]


def install_system_packages(*, browser: bool) -> None:
    packages = missing_packages(browser=browser)
    if not packages:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Missing(f"this machine lacks {', '.join(packages)}; on Debian: sudo apt-get install {' '.join(packages)}")
    say(f"Installing {', '.join(packages)} ...")
    apt = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
    # A list of packages that cannot be brought up to date may still do.
    run([*apt, "update"])
    done = run([*apt, "install", "-y", "--no-install-recommends", *packages], DEBIAN_FRONTEND="noninteractive")
    if done.returncode != 0 or missing_packages(browser=browser):
        raise Missing(f"apt-get could not install {' '.join(packages)}: {last_lines(done)}")


# --- Python --------------------------------------------------------------------------------------------


def find_python() -> str:
    for name in PYTHONS:
        path = shutil.which(name)
        if path and run([path, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]).returncode == 0:
            return path
    raise Missing("Python 3.11 or newer is needed; on Debian: sudo apt-get install python3 python3-venv")


def works(python: Path) -> bool:
    """Whether a virtual environment's Python and its pip are there; not so after an upgrade or a set-up cut short."""
    if is_current(VENV, python_state()):
        return python.exists()
    return python.exists() and run([str(python), "-m", "pip", "--version"]).returncode == 0


def python_state() -> str:
    return digest(LOCK)


def install_python_packages() -> None:
    if not works(VENV_PYTHON):
        say("Making the virtual environment .venv ...")
        done = run([find_python(), "-m", "venv", "--clear", str(VENV)])
        if done.returncode != 0:
            raise Missing(f"the virtual environment could not be made: {last_lines(done)}")
    if is_current(VENV, python_state()):
        return
    say("Installing the Python packages ...")
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # Wheels only, each checked by its hash: nothing from outside runs while it is installed.
    checked = ["--root-user-action=ignore", "--require-hashes", "--only-binary=:all:", "-r", str(LOCK)]
    done = run([*pip, *checked])
    if done.returncode != 0:
        raise Missing(f"pip could not install {LOCK.name}: {last_lines(done)}")
    mark_current(VENV, python_state())


# --- The front end ---------------------------------------------------------------------------------------


def front_end_state() -> str:
    # This file too: it says which of the files are used.
    return digest(BASE_DIR / "package-lock.json", Path(__file__))


def install_front_end() -> None:
    state = front_end_state()
    if is_current(NODE_MODULES, state) and all((VENDOR / name).exists() for name in VENDORED.values()):
        return
    say("Fetching the front-end files ...")
    done = run(list(NPM_CI))
    if done.returncode != 0:
        raise Missing(f"npm could not install package-lock.json: {last_lines(done)}")
    copy_vendored()
    mark_current(NODE_MODULES, state)


def copy_vendored() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, name in VENDORED.items():
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(without_source_map((NODE_MODULES / source).read_bytes()))


def without_source_map(content: bytes) -> bytes:
    """Drop the comment that names a source map: the map is not served, and collectstatic fails on a missing file."""
    head, _, last = content.rstrip().rpartition(b"\n")
    return head + b"\n" if last.startswith((b"//# sourceMappingURL=", b"/*# sourceMappingURL=")) else content


# --- Translations ----------------------------------------------------------------------------------------


def compile_translations(python: str) -> None:
    """Compile what is newer than its .mo, with a Python that has Babel (Django's own command needs GNU gettext)."""
    for source in sorted(BASE_DIR.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        fresh = source.with_suffix(".mo.new")
        compiler = [python, "-m", "babel.messages.frontend", "compile"]
        done = run([*compiler, "--input-file", str(source), "--output-file", str(fresh), "--locale", source.parts[-3]])
        if done.returncode != 0 or not fresh.exists():
            raise Missing(f"{source.relative_to(BASE_DIR)} could not be compiled: {last_lines(done)}")
        fresh.replace(target)


# --- Small things ------------------------------------------------------------------------------------------


def digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def is_current(folder: Path, state: str) -> bool:
    """Whether `folder` was last completed for `state`."""
    stamp = folder / ".povertyplan-state"
    return stamp.exists() and stamp.read_text() == state


def mark_current(folder: Path, state: str) -> None:
    (folder / ".povertyplan-state").write_text(state)


def run(command: list[str], **extra_environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program quietly; its output is for a message if it fails."""
    return subprocess.run(
        command,
        cwd=BASE_DIR,
        env=os.environ | extra_environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def last_lines(done: subprocess.CompletedProcess[str]) -> str:
    return "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
