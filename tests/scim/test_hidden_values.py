"""Values that targets get and nobody may read: not in answers, not in the log, and not by guessing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from directory.models import User
from tenants.models import Tenant
from tests.factories import make_group
from tests.log import log_events
from tests.schemas import CUSTOM, define
from tests.scim.client import SEARCH, ScimClient, assert_scim_error
from tests.scim.test_extension_mutability import MEMO, OPEN, PIN, kept, person, set_at


@pytest.mark.parametrize("hidden", [PIN, MEMO], ids=["writeOnly", "never returned"])
def test_a_hidden_value_is_kept_for_targets_and_told_to_nobody(
    okta: ScimClient, tenant: Tenant, ada: User, hidden: dict[str, Any]
) -> None:
    define(tenant, hidden, OPEN)
    name, address = hidden["name"], f"/Users/{ada.id}"
    named = f"{CUSTOM}:{name}"

    answers = [
        okta.put(address, person(**{name: "top secret", "open": "x"})),
        okta.patch(address, set_at(name, "top secret 2")),
        okta.post("/Users", {**person(**{name: "top secret 3"}), "userName": "eve"}),
        okta.get(address, attributes=named),
        okta.get("/Users", attributes=f"{named},{CUSTOM}"),
        okta.post("/.search", {"attributes": [named]}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 201, 200, 200, 200]
    assert not any(b"top secret" in answer.content for answer in answers)
    assert kept(ada) == {name: "top secret 2", "open": "x"}
    assert not any("top secret" in event.body for event in log_events().filter(tenant=tenant))


@pytest.mark.parametrize(
    "query",
    [
        '{} eq "top"',
        "{} pr",
        'not ({} sw "t")',
        "{} eq null",
        '{}[value eq "x"]',
        'userName eq "x" or {} gt "a"',
    ],
)
@pytest.mark.parametrize("hidden", [PIN, MEMO], ids=["writeOnly", "never returned"])
def test_a_hidden_value_can_not_be_guessed_by_filters(
    okta: ScimClient, tenant: Tenant, query: str, hidden: dict[str, Any]
) -> None:
    define(tenant, hidden)

    answer = okta.get("/Users", filter=query.format(f"{CUSTOM}:{hidden['name']}"))

    assert_scim_error(answer, 400, "invalidFilter")


@pytest.mark.parametrize("op", ["replace", "remove", "add"])
def test_a_hidden_value_can_not_be_guessed_by_the_path_of_a_patch(
    okta: ScimClient, tenant: Tenant, ada: User, op: str
) -> None:
    define(tenant, {"name": "pins", "multiValued": True, "mutability": "writeOnly"})
    okta.patch(f"/Users/{ada.id}", set_at("pins", ["8265"]))

    for guess in ("8265", "8266"):
        answer = okta.patch(f"/Users/{ada.id}", set_at(f'pins[value eq "{guess}"]', "1", op))
        assert_scim_error(answer, 400, "invalidPath")

    assert kept(ada) == {"pins": ["8265"]}


@pytest.mark.parametrize("hidden", [PIN, MEMO], ids=["writeOnly", "never returned"])
def test_no_list_is_sorted_by_a_hidden_value(
    okta: ScimClient, tenant: Tenant, ada: User, hidden: dict[str, Any]
) -> None:
    """A cursor would even say it."""
    define(tenant, hidden)
    path = f"{CUSTOM}:{hidden['name']}"

    for by in (path, path.upper(), f"{path}.value", CUSTOM):
        asked = {"schemas": [SEARCH], "sortBy": by}
        assert_scim_error(okta.get("/Users", sortBy=by), 400, "invalidValue")
        assert_scim_error(okta.get("/Users", sortBy=by, cursor=""), 400, "invalidValue")
        assert_scim_error(okta.post("/.search", asked), 400, "invalidValue")


def test_a_change_of_a_hidden_value_alone_is_an_event_without_the_value(
    okta: ScimClient, tenant: Tenant, ada: User
) -> None:
    define(tenant, PIN)
    group_urn = "urn:okta:acme:1.0:group:custom"
    define(tenant, PIN, urn=group_urn, resource="Group")
    group = make_group(tenant, "Engineers")

    okta.patch(f"/Users/{ada.id}", set_at("pin", "8265"))
    okta.patch(f"/Groups/{group.id}", {"op": "add", "path": f"{group_urn}:pin", "value": "8265"})

    kinds = ["user.account.update_profile", "group.profile.update"]
    events = [log_events().get(tenant=tenant, event_type=kind).document for kind in kinds]
    assert "8265" not in json.dumps(events)
    ada.refresh_from_db()
    assert ada.version == 2
