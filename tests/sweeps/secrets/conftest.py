"""Okta, with values to write that nobody may read, and a watch over what is told."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.schemas import define
from tests.scim.client import ScimClient, client_for
from tests.sweeps.secrets.planting import Watched
from tests.sweeps.world import World


@pytest.fixture
def watched(caplog: pytest.LogCaptureFixture) -> Iterator[Watched]:
    caplog.set_level(logging.DEBUG)
    # It is silent at these levels where it runs: see LOGGING.
    for name in ("django_scim", "django.db.backends", "celery", "kombu", "asyncio"):
        caplog.set_level(logging.WARNING, logger=name)
    yield Watched(caplog)


@pytest.fixture
def okta(world: World) -> ScimClient:
    define(
        world.tenant,
        {"name": "pin", "mutability": "writeOnly"},
        {"name": "memo", "returned": "never", "canonicalValues": ["one", "two"]},
        {"name": "level", "type": "integer", "returned": "never"},
    )
    return client_for(world.tenant)
