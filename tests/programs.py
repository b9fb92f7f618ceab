"""The programs that the tests start: where they are, and how a fresh machine gets them.

python -m tests.programs        installs what is missing with apt-get, or names the packages and fails
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {
    "chromium": "chromium",
    "initdb": "postgresql",
    "postgres": "postgresql",
    "redis-server": "redis-server",
    "wrk": "wrk",
}


class Missing(Exception):
    """A program is not on this machine; the sentence names its package."""


def find(program: str) -> str:
    """The path of `program`, of the newest release where several are installed. Raises Missing."""
    # Debian keeps the programs of PostgreSQL's server out of PATH, one folder a release.
    releases = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    places = [os.environ.get("PATH", os.defpath), *map(str, reversed(releases))]
    found = shutil.which(program, path=os.pathsep.join(places))
    if found is None:
        raise Missing(f"{program} is not installed: its Debian package is {PACKAGES[program]}.")
    return found


def missing_packages() -> list[str]:
    """The packages of all programs that are not there, in a stable order, each once."""
    packages = set()
    for program, package in PACKAGES.items():
        try:
            find(program)
        except Missing:
            packages.add(package)
    return sorted(packages)


def install(packages: list[str]) -> None:
    """Install with apt-get, as root or by sudo without a password. Raises Missing where neither is had."""
    names = " ".join(packages)
    prefix = _becoming_root()
    if prefix is None or shutil.which("apt-get") is None:
        raise Missing(f"The tests need these packages: {names}. Install them, or run `make test` as root.")
    print(f"Installing {names}", flush=True)
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*prefix, "apt-get", "-q", "update"], check=True)
    command = ["apt-get", "-q", "install", "--yes", "--no-install-recommends", *packages]
    subprocess.run([*prefix, *environment, *command], check=True)


def _becoming_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def main() -> None:
    packages = missing_packages()
    if not packages:
        return
    try:
        install(packages)
    except Missing as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(f"apt-get could not install {' '.join(packages)} (it ended with {error.returncode}).")


if __name__ == "__main__":
    main()
