"""A log of a dozen events, and a stranger's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from audit.integrity import places
from tenants.models import Tenant
from tests.audit.integrity.logs import happen
from tests.factories import make_tenant

LAST = 12


@pytest.fixture
def tenant(db: None, tmp_path: Path, settings: Any) -> Tenant:
    settings.LOG_CHECKPOINTS = [(tmp_path / "outside").as_uri()]
    happen(make_tenant("stranger"), 3)
    tenant = make_tenant("acme")
    happen(tenant, LAST)
    return tenant


@pytest.fixture(params=[3, 5, 1000])
def window(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    size: int = request.param
    monkeypatch.setattr(places, "WINDOW", size)
    return size
