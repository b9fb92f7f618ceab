"""The data folder of `make run`: its owner alone reads it, and one Lockstep at a time uses it."""

import base64
import fcntl
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet


class Busy(Exception):
    """Another Lockstep runs on this data folder."""


def create(folder: Path) -> None:
    """The folder and the broker's, for the owner only. Raises OSError where it can't be written."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / "broker" / "control").mkdir(parents=True, exist_ok=True)


def hold(folder: Path) -> int:
    """Lock the folder until this process ends, however it ends. Returns the descriptor; raises Busy."""
    descriptor = os.open(folder / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise Busy(f"another Lockstep is running on {folder}. Stop it, or set LOCKSTEP_DATA.") from error
    return descriptor


def write_keys(folder: Path) -> None:
    """Make the keys that the environment lacks and append them to `.env`, where settings find them."""
    makers: dict[str, Callable[[], str]] = {
        "SECRET_KEY": lambda: secrets.token_urlsafe(50),
        "ENCRYPTION_KEYS": lambda: Fernet.generate_key().decode(),
        "LOG_SIGNING_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    lines = [f"{name}={make()}\n" for name, make in makers.items() if not os.environ.get(name)]
    if lines:
        write_private(folder / ".env", "".join(lines), append=True)


def write_private(path: Path, text: str, *, append: bool = False) -> None:
    """Write a file that only its owner can read, from its first byte on and on the disk when this returns."""
    mode = os.O_APPEND if append else os.O_TRUNC
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | mode, 0o600)
    with os.fdopen(descriptor, "a" if append else "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text)
        file.flush()
        os.fsync(descriptor)
