"""What no view answers is answered in the words of the door."""

from __future__ import annotations

import json

import pytest
from django.test import Client


def test_a_foreign_host_name_gets_a_scim_error_at_the_scim_door(client: Client) -> None:
    answer = client.get("/scim/v2/Users", headers={"Host": "evil.example.com"})

    assert answer.status_code == 400
    assert json.loads(answer.content)["status"] == "400"
    assert "ALLOWED_HOSTS" in json.loads(answer.content)["detail"]


@pytest.mark.parametrize("path", ["/scim/v3/Users", "/scim/v3", "/scim/v11/Users/1"])
def test_another_version_of_scim_is_named(client: Client, path: str) -> None:
    """RFC 7644, 3.13 and table 9."""
    answer = client.get(path)

    error = json.loads(answer.content)
    assert answer.status_code == 400
    assert (error["status"], error["scimType"]) == ("400", "invalidVers")
    assert "/scim/v2" in error["detail"]


def test_an_unknown_address_of_the_api_is_answered_in_json(client: Client) -> None:
    answer = client.get("/api/v1/nothing")

    assert answer.status_code == 404
    assert json.loads(answer.content)["detail"]


@pytest.mark.django_db
def test_an_unknown_page_is_answered_as_a_page(client: Client) -> None:
    answer = client.get("/nothing")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.django_db
def test_liveness_and_readiness_are_answered_without_a_credential(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "backlogAgeSeconds": None}
