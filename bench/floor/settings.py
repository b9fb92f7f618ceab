"""The project's settings without its middleware and rooms: same server, same database settings, one view."""

from project.settings import *  # noqa: F403

INSTALLED_APPS = ["bench.floor"]
MIDDLEWARE = []
ROOT_URLCONF = "bench.floor.urls"
