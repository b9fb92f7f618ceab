"""What a request costs the database: a number of statements that no size of directory changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.models import Tenant
from tests.factories import make_group, make_target, make_user, user_document
from tests.scim.client import ScimClient

AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Without what opens and closes transactions."""
    return [query["sql"] for query in captured if not query["sql"].startswith(AROUND)]


@pytest.mark.django_db
def test_a_create_with_one_target_takes_at_most_eight_statements(okta: ScimClient, tenant: Tenant) -> None:
    make_target(tenant)
    okta.post("/Users", user_document("first"))

    with CaptureQueriesContext(connection) as captured:
        answer = okta.post("/Users", user_document("second"))

    assert answer.status_code == 201
    assert len(statements(captured)) <= 8


@pytest.mark.parametrize(
    ("asked", "most"),
    [({"filter": 'userName eq "user-3"'}, 2), ({"startIndex": 3, "count": 2}, 3)],
    ids=["look-up", "page"],
)
def test_reading_takes_as_many_statements_for_many_users_as_for_few(
    okta: ScimClient, tenant: Tenant, asked: dict[str, Any], most: int
) -> None:
    users = [make_user(tenant, f"user-{number}") for number in range(12)]
    make_group(tenant, "Engineers", *users)
    okta.get("/Users", **asked)

    with CaptureQueriesContext(connection) as captured:
        answer = okta.get("/Users", **asked)

    assert answer.status_code == 200
    assert len(statements(captured)) <= most
