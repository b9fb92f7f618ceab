"""Static files: copies what the pages use out of `node_modules` and collects it with the rest for serving.

python -m project.assets
"""

import os
import re
import shutil
import sys
from pathlib import Path

import django
from cryptography.fernet import Fernet
from django.core.management import call_command

BASE_DIR = Path(__file__).resolve().parent.parent
PACKAGES = BASE_DIR / "node_modules"
VENDOR = BASE_DIR / "assets" / "vendor"
USED = (
    "@tabler/core/dist/css/tabler.min.css",
    "htmx.org/dist/htmx.min.js",
)
# The REST framework answers in JSON alone, and htmx comes from its own package.
UNUSED = ["rest_framework", "django_htmx"]
# The maps are not served, and a reference to a file that is not there stops `collectstatic`.
SOURCE_MAP = re.compile(rb"^(/\*|//)# sourceMappingURL=.*$", re.MULTILINE)


def copy_vendor() -> None:
    """Make the folder of other people's files anew. Raises OSError if a package is not installed."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name in USED:
        source = PACKAGES / name
        (VENDOR / source.name).write_bytes(SOURCE_MAP.sub(b"", source.read_bytes()))


def collect() -> None:
    # Collecting signs and encrypts nothing, but settings want keys; a fresh checkout has none yet.
    os.environ.setdefault("SECRET_KEY", "unused")
    os.environ.setdefault("ENCRYPTION_KEYS", Fernet.generate_key().decode())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)


if __name__ == "__main__":
    try:
        copy_vendor()
    except OSError as error:
        sys.exit(f"{error.filename} is missing: run `make assets`.")
    collect()
