"""Clients of Okta's log that others wrote, each in an environment of its own: they may not agree with ours.

`command_of(name)` installs a client once, from what is pinned beside this file, and gives the command that
runs it: `<command> ADDRESS TOKEN STOP` prints the uuid of each event, until it is dry and STOP is there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
# One folder for each state of the pins.
INSTALLED = CHECKOUT / ".clients"
PYTHON_CLIENTS = ("okta_2", "okta_3", "grove_collector")
NODE_CLIENT = "okta_node"
CLIENTS = (*PYTHON_CLIENTS, NODE_CLIENT)


def command_of(name: str) -> list[str]:
    if name == NODE_CLIENT:
        folder = _installed(name, [HERE / "package.json", HERE / "package-lock.json"])
        return [_program("node"), str(folder / "okta_node.js")]
    folder = _installed(name, [HERE / f"{name}.txt"])
    return [str(folder / "bin" / "python"), str(HERE / f"{name}.py")]


def _installed(name: str, pins: list[Path]) -> Path:
    """The folder of the client, made if it is not there; another process may make it, too."""
    digest = sha256(b"".join(pin.read_bytes() for pin in pins)).hexdigest()
    folder = INSTALLED / f"{name}-{digest[:12]}"
    if not folder.exists():
        made = folder.with_name(f"{folder.name}.{os.getpid()}")
        _install_node(made, pins) if name == NODE_CLIENT else _install_python(made, pins[0])
        try:
            made.rename(folder)
        except OSError:
            shutil.rmtree(made)
    if name == NODE_CLIENT:
        # It finds its packages from where it lies.
        shutil.copy(HERE / "okta_node.js", folder)
    return folder


def _install_python(folder: Path, pins: Path) -> None:
    uv = [sys.executable, "-m", "uv"]
    _run([*uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, str(folder)])
    python = str(folder / "bin" / "python")
    _run([*uv, "pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", str(pins)])


def _install_node(folder: Path, pins: list[Path]) -> None:
    folder.mkdir(parents=True)
    for file in (*pins, CHECKOUT / ".npmrc"):
        shutil.copy(file, folder)
    _run([_program("npm"), "ci", "--silent", "--prefix", str(folder)])


def _program(name: str) -> str:
    """The machine's, or the one that the set-up has put beside Python."""
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), str(CHECKOUT / ".venv" / "bin")])
    found = shutil.which(name, path=places)
    assert found, f"there is no {name}: the set-up installs it"
    return found


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
