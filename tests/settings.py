"""The project's settings for tests and checks: keys and a data folder of their own, quick password hashes."""

import atexit
import base64
import os
import shutil
import tempfile

from cryptography.fernet import Fernet

# Set before the project's settings read them, and never left to what the shell happens to hold.
for name in ("ALLOWED_HOSTS", "BASE_URL", "CELERY_BROKER_URL", "DEBUG", "LOG_CHECKPOINTS", "PORT"):
    os.environ.pop(name, None)
os.environ["LOCKSTEP_DATA"] = tempfile.mkdtemp(prefix="lockstep-tests-")
os.environ["SECRET_KEY"] = "for tests only"
os.environ["ENCRYPTION_KEYS"] = Fernet.generate_key().decode()
os.environ["LOG_SIGNING_KEY"] = base64.b64encode(bytes(range(32))).decode()
atexit.register(shutil.rmtree, os.environ["LOCKSTEP_DATA"], ignore_errors=True)

from project.settings import *  # noqa: E402, F403
from project.settings import DATA_DIR, DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: SQLite in memory locks differently from its write-ahead log.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
