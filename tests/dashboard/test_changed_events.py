"""An event that somebody changed in the database takes no page away: it is shown as far as it can be read."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tenants.models import Tenant
from tests.audit.integrity.logs import at, change, happen
from tests.audit.integrity.test_changed import FLIPPED
from tests.dashboard.reading import text_of

BODIES = [
    *("", "null", "[]", "{}", "[" * 100_000),
    '{"actor":{"type":[]},"target":7}',
    '{"actor":null,"target":[{}]}',
]


@pytest.mark.parametrize("column", [column for column in FLIPPED if column not in {"body", "id"}])
def test_a_changed_column_takes_no_page_away(pages: Client, tenant: Tenant, column: str) -> None:
    happen(tenant, 6)
    change(tenant, 5, **{column: FLIPPED[column]})

    assert pages.get(reverse("log")).status_code == 200
    assert pages.get(reverse("event", args=[at(tenant, 5).uuid])).status_code == 200


@pytest.mark.parametrize("body", BODIES)
def test_a_changed_body_takes_no_page_away(pages: Client, tenant: Tenant, body: str) -> None:
    happen(tenant, 6)
    change(tenant, 5, body=body)

    listing = text_of(pages.get(reverse("log")))
    alone = text_of(pages.get(reverse("event", args=[at(tenant, 5).uuid])))

    assert "was changed and can&#x27;t be read" in listing
    assert "was changed and can&#x27;t be read" in alone
