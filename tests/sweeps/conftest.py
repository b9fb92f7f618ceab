"""The world that doors are tried in, and a stranger's tenant."""

from __future__ import annotations

import pytest

from tests.factories import make_tenant, make_user
from tests.sweeps.world import World


@pytest.fixture
def world(db: None) -> World:
    make_user(make_tenant("strangers"), "stranger")
    return World(make_tenant("acme"))
