"""What programs call passes the middleware for browsers by; pages do not."""

from __future__ import annotations

import pytest
from django.test import Client

from tenants.models import Scope
from tests.factories import make_credential, make_tenant

FOR_BROWSERS = {"Content-Security-Policy", "X-Frame-Options", "Set-Cookie"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scope", "path"),
    [(Scope.SCIM, "/scim/v2/Users"), (Scope.MANAGE, "/api/v1/targets")],
    ids=["SCIM", "management API"],
)
def test_an_answer_for_programs_has_a_length_and_nothing_for_browsers(scope: Scope, path: str) -> None:
    token = make_credential(make_tenant(), scope=scope).token

    answer = Client().get(path, headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 200
    assert int(answer["Content-Length"]) == len(answer.content)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not FOR_BROWSERS & set(answer.headers)


@pytest.mark.django_db
def test_a_page_has_its_policy() -> None:
    answer = Client().get("/sign-in")

    assert answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/scim/nothing", "/api/v1/nothing"])
def test_an_address_for_programs_that_nobody_has_is_404_in_json(path: str) -> None:
    answer = Client().get(path)

    assert answer.status_code == 404
    assert "json" in answer["Content-Type"]
