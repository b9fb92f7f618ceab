"""The management API of one replica: what a delivery of it would do."""

from __future__ import annotations

import json

from django.test import Client

from downstream.models import Replica
from tests.api.test_management import Manager, manager, parked, tenant

__all__ = ["manager", "parked", "tenant"]


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
