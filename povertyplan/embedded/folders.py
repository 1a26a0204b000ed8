"""Folders that only the checkout's user may enter."""

import hashlib
import os
import tempfile
from pathlib import Path

# The kernel takes 107 bytes of path for a Unix socket; "/.s.PGSQL.5432" is the longest name we put behind the folder.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")


def private_folder(path: Path) -> Path:
    """`path`, made with mode 0700 where it is missing."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_mode & 0o077:
        path.chmod(0o700)
    return path


def socket_folder(var: Path) -> Path:
    """The folder for the servers' sockets: `run` in `var`, or where that path will not do one that `run` links to.

    Call it with the start lock held. The link makes every process of the checkout agree, whatever its TMPDIR.
    """
    run = var / "run"
    # A comma would end the path for PostgreSQL's clients, which take a list of hosts.
    if len(os.fsencode(run)) <= LONGEST_SOCKET_FOLDER and "," not in str(run):
        return private_folder(run)
    # The link of a copied checkout leads to the original's folder, so the name has to be this checkout's.
    prefix = f"povertyplan-{hashlib.sha256(os.fsencode(var)).hexdigest()[:12]}-"
    if run.is_symlink() and run.readlink().name.startswith(prefix) and _is_ours(run.readlink()):
        return run.readlink()
    run.unlink(missing_ok=True)
    # A random name and O_EXCL: nobody can have put a folder there beforehand.
    run.symlink_to(tempfile.mkdtemp(prefix=prefix, dir=_short_tempdir()))
    return run.readlink()


def _is_ours(folder: Path) -> bool:
    return folder.is_dir() and folder.stat().st_uid == os.geteuid()


def _short_tempdir() -> str:
    # A name below has 33 characters: "povertyplan-", twelve of hash, "-" and eight random ones.
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) + 34 <= LONGEST_SOCKET_FOLDER else "/tmp"
