"""The management API of one replica: what a delivery of it would do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from downstream.models import Replica
from tests.api.conftest import Manager


def test_a_preview_tells_what_the_target_has_beside_what_it_would_get(
    manager: Manager, parked: Replica
) -> None:
    answer = manager.get(f"replicas/{parked.id}/preview")

    told = json.loads(answer.content)
    assert answer.status_code == 200
    assert (told["outlook"], told["replica"], told["members"]) == ("create", parked.id, None)
    assert {
        "field": "userName",
        "there": None,
        "wanted": "ada",
        "changes": True,
        "overridden": False,
    } in told["lines"]


def test_a_strangers_replica_has_no_preview(manager: Manager, parked: Replica) -> None:
    others = Replica.objects.exclude(target__tenant=parked.target.tenant).get()

    assert manager.get(f"replicas/{others.id}/preview").status_code == 404
    assert Client().get(f"/api/v1/replicas/{parked.id}/preview").status_code == 401


def test_an_override_is_made_listed_and_ended(manager: Manager, parked: Replica) -> None:
    path = f"replicas/{parked.id}/overrides"
    body = {"field": "title", "value": "Dr", "reason": "Known to HR", "expires_at": "2100-01-01T00:00:00Z"}

    answer = manager.post(path, body)
    made = json.loads(answer.content)
    listed = json.loads(manager.get(path).content)
    ended = manager.delete(f"{path}/{made['id']}")
    again = manager.delete(f"{path}/{made['id']}")

    assert answer.status_code == 201
    assert (made["field"], made["value"], made["reason"]) == ("title", "Dr", "Known to HR")
    assert listed == [made]
    assert (ended.status_code, again.status_code) == (204, 404)
    assert json.loads(manager.get(path).content) == []
    parked.refresh_from_db()
    assert parked.state == "pending"


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({}, 400, "reason"),
        ({"field": "title", "value": "Dr", "reason": "  "}, 400, "reason"),
        ({"field": "title", "reason": "x"}, 400, "value"),
        ({"field": "title", "value": {"a": 1}, "reason": "x"}, 409, "A value is a text"),
        ({"field": "userName", "value": "eve", "reason": "x"}, 409, "identifies"),
        ({"field": "title", "value": "Dr", "reason": "x", "expires_at": "soon"}, 400, "expires_at"),
        (
            {"field": "title", "value": "Dr", "reason": "x", "expires_at": "2001-01-01T00:00:00Z"},
            409,
            "expired",
        ),
    ],
)
def test_a_wrong_override_is_refused_in_words(
    manager: Manager, parked: Replica, body: dict[str, Any], status: int, says: str
) -> None:
    answer = manager.post(f"replicas/{parked.id}/overrides", body)

    assert answer.status_code == status
    assert says in answer.content.decode()


def test_a_strangers_replica_takes_no_override(manager: Manager, parked: Replica) -> None:
    others = Replica.objects.exclude(target__tenant=parked.target.tenant).get()
    body = {"field": "title", "value": "Dr", "reason": "x"}

    assert manager.post(f"replicas/{others.id}/overrides", body).status_code == 404
    assert manager.get(f"replicas/{others.id}/overrides").status_code == 404
