"""The management API: one tenant's targets, replicas and replays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from downstream.models import Replica, State, Target
from tenants.models import Scope, Tenant
from tests.api.conftest import Manager
from tests.factories import make_credential
from tests.log import log_events


def test_a_tenant_sees_its_own_targets_without_configuration(manager: Manager, parked: Replica) -> None:
    found = json.loads(manager.get("targets").content)["results"]

    assert [target["name"] for target in found] == ["api-acme"]
    assert "config" not in found[0]
    assert "sealed_secrets" not in found[0]


def test_failures_are_listed_with_their_reason(manager: Manager, parked: Replica) -> None:
    found = json.loads(manager.get("replicas", state="parked").content)["results"]

    assert [(row["name"], row["state"]) for row in found] == [("Ada Lovelace", "parked")]
    assert "refuses ada" in found[0]["error"]


def test_a_replay_makes_only_the_tenants_own_replicas_due(manager: Manager, parked: Replica) -> None:
    ids = list(Replica.objects.values_list("id", flat=True))

    answer = manager.post("replays", {"replicas": ids})

    assert answer.status_code == 202
    assert json.loads(answer.content) == {"replayed": 1}
    assert Replica.objects.get(id=parked.id).state == State.PENDING
    assert Replica.objects.exclude(id=parked.id).get().state == State.PARKED


@pytest.mark.parametrize(
    "body", [{}, {"replicas": []}, {"replicas": "x"}, {"replicas": [-1]}, {"replicas": [2**63]}, []]
)
def test_a_replay_of_nothing_sensible_is_refused(manager: Manager, parked: Replica, body: Any) -> None:
    answer = manager.post("replays", body)

    assert answer.status_code == 400


@pytest.mark.parametrize("query", [{"state": "no such state"}, {"target": "a\0b"}])
def test_what_narrows_a_list_and_is_not_understood_is_refused(
    manager: Manager, parked: Replica, query: dict[str, str]
) -> None:
    answer = manager.get("replicas", **query)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [("[" * 100_000, 400), ('{"replicas": NaN}', 400), ('{"replicas": "' + "x" * 9_000_000 + '"}', 413)],
)
def test_a_body_that_is_odd_or_too_large_is_refused(manager: Manager, body: str, status: int) -> None:
    answer = manager.post("replays", body)

    assert answer.status_code == status
    assert json.loads(answer.content)["detail"]


@pytest.mark.parametrize("spelling", ["SSWS {}", "SSWS{}", "ssws {}", "Bearer {}", "{}"])
def test_each_spelling_of_the_token_is_understood(tenant: Tenant, spelling: str) -> None:
    token = make_credential(tenant, scope=Scope.MANAGE).token

    assert Manager(spelling.format(token)).get("targets").status_code == 200


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "SSWS", "Digest x"])
def test_without_a_credential_there_is_no_answer(tenant: Tenant, authorization: str) -> None:
    answer = Manager(authorization).get("targets")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_scim_token_does_not_manage_and_the_log_says_who_tried(tenant: Tenant) -> None:
    answer = Manager(f"Bearer {make_credential(tenant).token}").get("targets")

    assert answer.status_code == 401
    assert log_events().filter(tenant=tenant, event_type="security.request.blocked").count() == 1
    assert Target.objects.count() == 0
