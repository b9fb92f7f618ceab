"""Values of a tenant's own attributes: judged by their types, in POST, PUT and PATCH alike."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import User
from tenants.models import Tenant
from tests.factories import make_user
from tests.schemas import CUSTOM, EVERY_TYPE, define
from tests.scim.client import ScimClient, assert_scim_error, body

GOOD: list[tuple[str, Any]] = [
    ("badge", "B-77"),
    ("badge", ""),
    ("level", -3),
    ("level", 2**63 - 1),
    ("score", 0.5),
    ("score", 7),
    ("since", "2026-01-01T00:00:00Z"),
    ("since", "2026-01-01T00:00:00.1234567+01:00"),
    ("since", "2026-01-01T00:00:00"),
    ("site", "https://example.com/x"),
    ("key", "aGVsbG8="),
    ("on", False),
    ("tags", ["a", "b"]),
    ("levels", [1, 2]),
    ("spot", {"floor": 2, "room": "2.14", "until": "2026-01-01T00:00:00Z", "odd": "kept"}),
    ("spots", [{"floor": 1}, {"room": "x"}]),
]
BAD: list[tuple[str, Any, str]] = [
    ("badge", 7, "badge must be a string, not a number"),
    ("level", "7", "level must be a whole number"),
    ("level", 7.5, "level must be a whole number"),
    ("level", True, "level must be a whole number"),
    ("level", 2**63, "level must be a whole number of at most 64 bits"),
    ("score", "1.5", "score must be a number"),
    ("score", 2**64, "score must be a number"),
    ("since", "2026-01-01", "since must be a moment"),
    ("since", "2026-02-30T00:00:00Z", "since must be a moment"),
    ("since", 1767225600, "since must be a moment"),
    ("site", {}, "site must be a string"),
    ("key", "no base64!", "key must be a string in Base64"),
    ("on", "yes", "on must be true or false"),
    ("on", 1, "on must be true or false"),
    ("tags", "a", "tags must be a list"),
    ("tags", [1], "tags must be a string"),
    ("tags", [{"value": "a"}], "tags must be a string, not an object"),
    ("levels", ["1"], "levels must be a whole number"),
    ("spot", "2.14", "spot must be an object"),
    ("spot", [{"floor": 1}], "spot must be an object"),
    ("spot", {"floor": "2"}, "spot.floor must be a whole number"),
    ("spots", [{"until": "soon"}], "spots.until must be a moment"),
]


@pytest.fixture(autouse=True)
def every_type(tenant: Tenant) -> None:
    define(tenant, *EVERY_TYPE)


def custom(value: Any) -> dict[str, Any]:
    return {"userName": "ada", CUSTOM: value}


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_value_that_fits_is_kept_as_sent(okta: ScimClient, ada: User, name: str, value: Any) -> None:
    address = f"/Users/{ada.id}"

    answers = [
        okta.put(address, custom({name: value})),
        okta.patch(
            address,
            {"op": "remove", "path": CUSTOM},
            {"op": "add", "path": f"{CUSTOM}:{name}", "value": value},
        ),
        okta.post("/Users", {**custom({name: value}), "userName": "eve"}),
    ]

    assert [body(answer)[CUSTOM] for answer in answers] == [{name: value}] * 3
    assert CUSTOM in body(answers[2])["schemas"]


@pytest.mark.parametrize(("name", "value", "sentence"), BAD)
def test_a_value_that_does_not_fit_is_refused_by_name(
    okta: ScimClient, ada: User, name: str, value: Any, sentence: str
) -> None:
    answers = [
        okta.post("/Users", {**custom({name: value}), "userName": "eve"}),
        okta.put(f"/Users/{ada.id}", custom({name: value})),
    ]

    for answer in answers:
        assert_scim_error(answer, 400, "invalidValue")
        assert f"{CUSTOM}:{sentence}" in body(answer)["detail"]


# A PATCH may bring one value of several by itself, and as an object.
@pytest.mark.parametrize(("name", "value"), [bad[:2] for bad in BAD if bad[1] not in ("a", [{"value": "a"}])])
def test_a_patch_with_a_value_that_does_not_fit_is_refused_by_name(
    okta: ScimClient, ada: User, name: str, value: Any
) -> None:
    answer = okta.patch(f"/Users/{ada.id}", {"op": "replace", "value": {CUSTOM: {name: value}}})

    assert_scim_error(answer, 400, "invalidValue")
    assert name in body(answer)["detail"]


@pytest.mark.parametrize("name", ["badge", "level", "since", "key", "on", "tags", "spot", "spots"])
@pytest.mark.parametrize("nothing", [None, []])
def test_null_and_the_empty_list_unassign(okta: ScimClient, ada: User, name: str, nothing: Any) -> None:
    value = dict(GOOD)[name]
    okta.put(f"/Users/{ada.id}", custom({name: value, "tag": "stays"}))

    answer = okta.put(f"/Users/{ada.id}", custom({name: nothing, "tag": "stays"}))

    assert body(answer)[CUSTOM] == {"tag": "stays"}


@pytest.mark.parametrize("name", ["level", "score", "since", "key", "on"])
def test_okta_pushes_an_empty_text_for_an_empty_value_of_any_type(
    okta: ScimClient, ada: User, name: str
) -> None:
    """Okta's test plan, C9337: a field that was emptied arrives as `""`."""
    okta.put(f"/Users/{ada.id}", custom({name: dict(GOOD)[name]}))

    answer = okta.put(f"/Users/{ada.id}", custom({name: ""}))

    assert answer.status_code == 200
    assert CUSTOM not in body(answer)


@pytest.mark.parametrize("sent", ["True", "TRUE", "false"])
def test_entra_writes_true_and_false_as_texts(okta: ScimClient, ada: User, sent: str) -> None:
    answer = okta.patch(f"/Users/{ada.id}", {"op": "Replace", "path": f"{CUSTOM}:on", "value": sent})

    assert body(answer)[CUSTOM]["on"] is (sent.lower() == "true")


def test_names_are_the_same_in_any_capitalisation(okta: ScimClient, ada: User) -> None:
    sent = {CUSTOM.upper(): {"BADGE": "B", "Spot": {"FLOOR": 1}}, "userName": "ada"}

    answer = okta.put(f"/Users/{ada.id}", sent)

    assert body(answer)[CUSTOM] == {"badge": "B", "spot": {"floor": 1}}


def test_two_spellings_of_one_attribute_are_refused(okta: ScimClient, ada: User) -> None:
    answer = okta.put(f"/Users/{ada.id}", custom({"badge": "a", "Badge": "b"}))

    assert_scim_error(answer, 400, "invalidSyntax")


def test_an_unknown_attribute_in_a_known_extension_is_kept_as_okta_and_entra_need_it(
    okta: ScimClient, ada: User
) -> None:
    """OKTA.md 6.4, reason 12: unknown attributes are never refused."""
    answer = okta.put(f"/Users/{ada.id}", custom({"unheard": {"of": [1, "x"]}}))

    assert body(answer)[CUSTOM] == {"unheard": {"of": [1, "x"]}}


@pytest.mark.parametrize("sent", ["B-77", 7, ["x"], True])
def test_an_extension_is_an_object(okta: ScimClient, sent: Any) -> None:
    answer = okta.post("/Users", custom(sent))

    assert_scim_error(answer, 400, "invalidValue")
    assert f"{CUSTOM} must be an object" in body(answer)["detail"]


def test_a_stranger_s_tenant_takes_the_same_urn_as_unknown(foreign: ScimClient) -> None:
    answer = foreign.post("/Users", {**custom({"level": "seven"}), "userName": "eve"})

    assert body(answer)[CUSTOM] == {"level": "seven"}


def test_usual_values_are_spelled_as_defined_and_others_are_kept(okta: ScimClient, tenant: Tenant) -> None:
    urn = "urn:okta:costs:1.0:user:custom"
    define(
        tenant,
        {"name": "kind", "canonicalValues": ["CAPEX", "OPEX"]},
        {"name": "exact", "caseExact": True, "canonicalValues": ["CAPEX"]},
        urn=urn,
    )

    answer = okta.post("/Users", {"userName": "eve", urn: {"kind": "capex", "exact": "capex"}})
    other = okta.post("/Users", {"userName": "joe", urn: {"kind": "Rent"}})

    assert body(answer)[urn] == {"kind": "CAPEX", "exact": "capex"}
    assert body(other)[urn] == {"kind": "Rent"}


def test_groups_have_extensions_of_their_own(okta: ScimClient, tenant: Tenant) -> None:
    urn = "urn:okta:acme:1.0:group:custom"
    define(tenant, {"name": "budget", "type": "decimal"}, urn=urn, resource="Group")

    good = okta.post("/Groups", {"displayName": "Engineers", urn: {"budget": 1.5}})
    bad = okta.post("/Groups", {"displayName": "Sales", urn: {"budget": "much"}})
    user = okta.post("/Users", {"userName": "eve", urn: {"budget": "unknown here"}})

    assert body(good)[urn] == {"budget": 1.5}
    assert_scim_error(bad, 400, "invalidValue")
    assert user.status_code == 201


def test_what_a_person_has_from_before_the_definition_stays_until_it_is_changed(
    okta: ScimClient, tenant: Tenant
) -> None:
    urn = "urn:okta:later:1.0:user:custom"
    user = make_user(
        tenant, "eve", **{urn.upper(): {"LEVEL": "seven", "spots": "here", "spot": ["x"], "tags": "a"}}
    )
    shapes = [{"type": "complex", "subAttributes": [{"name": "room"}]}]
    spots = {"name": "spots", "multiValued": True, **shapes[0]}
    tags = {"name": "tags", "multiValued": True}
    define(tenant, {"name": "level", "type": "integer"}, {"name": "spot", **shapes[0]}, spots, tags, urn=urn)
    address = f"/Users/{user.id}"

    deactivated = okta.patch(address, {"op": "replace", "value": {"active": False}})
    pushed = okta.put(address, {**body(okta.get(address)), "title": "Countess"})
    wrong = okta.put(address, {**body(okta.get(address)), urn: {"level": "eight"}})
    mended = okta.patch(
        address,
        {"op": "replace", "path": f"{urn}:level", "value": 8},
        {"op": "add", "path": f"{urn}:spot", "value": {"room": "y"}},
        {"op": "replace", "path": f"{urn}:spots", "value": [{"room": "z"}]},
        {"op": "add", "path": f"{urn}:tags", "value": ["b"]},
    )

    assert body(deactivated)["active"] is False
    assert body(pushed)[urn] == {"level": "seven", "spots": "here", "spot": ["x"], "tags": "a"}
    assert_scim_error(wrong, 400, "invalidValue")
    assert body(mended)[urn] == {
        "level": 8,
        "spot": {"room": "y"},
        "spots": [{"room": "z"}],
        "tags": ["a", "b"],
    }
