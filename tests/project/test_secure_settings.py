"""Settings that follow from the address: behind https, browsers are told to stay there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

READ = """
import json
from project import settings
names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def settings_at(address: str, folder: Path) -> dict[str, Any]:
    """What a process started with this BASE_URL reads."""
    environment = {**os.environ, "BASE_URL": address, "LOCKSTEP_DATA": str(folder)}
    run = subprocess.run([sys.executable, "-c", READ], env=environment, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize(
    ("address", "secure"), [("https://scim.example.com", True), ("http://127.0.0.1", False)]
)
def test_an_address_by_https_makes_browsers_stay_there(tmp_path: Path, address: str, secure: bool) -> None:
    found = settings_at(address, tmp_path)

    assert (found["SESSION_COOKIE_SECURE"], found["CSRF_COOKIE_SECURE"]) == (secure, secure)
    assert (found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600) is secure
    assert (found["SECURE_PROXY_SSL_HEADER"] is not None) is secure
