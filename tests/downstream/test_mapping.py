"""From a document to columns, and back."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from downstream.errors import BadData
from downstream.mapping import Source, Step, columns, document_of

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ADA = {
    "userName": "Ada@Example.com ",
    "active": False,
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "emails": [{"type": "home", "value": "a@home"}, {"type": "work", "value": "a@work", "primary": True}],
    ENTERPRISE: {"department": "Engines", "employeeNumber": "42"},
}
_mapping = TypeAdapter(dict[str, Source])


def _steps(**sources: Any) -> dict[str, Step]:
    return _mapping.validate_python(sources)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("userName", "Ada@Example.com "),
        ("active", False),
        ("title", None),
        ("emails[primary eq true].value", "a@work"),
        (f"{ENTERPRISE}:department", "Engines"),
        ({"path": "userName", "trim": True, "lower": True}, "ada@example.com"),
        ({"path": "title", "default": "none"}, "none"),
        ({"path": "active", "default": True}, False),
        ({"constant": 7}, 7),
        ({"constant": None}, None),
        ({"join": ["name.givenName", "name.middleName", "name.familyName"]}, "Ada Lovelace"),
        ({"join": ["name.familyName", "name.givenName"], "separator": ", "}, "Lovelace, Ada"),
        ({"join": ["title", "nickName"]}, None),
        ({"join": ["name.givenName"], "lower": True}, "ada"),
        ({"path": "active", "lookup": {"true": "A", "false": "I"}}, "I"),
        ({"path": f"{ENTERPRISE}:department", "lookup": {"Sales": 1}, "default": 9}, 9),
        ({"path": "title", "lookup": {"Sales": 1}}, None),
    ],
)
def test_a_column_is_made_of_its_step(source: Any, value: Any) -> None:
    assert columns(ADA, _steps(column=source)) == {"column": value}


def test_a_value_without_an_entry_in_the_lookup_table_is_refused_by_name() -> None:
    steps = _steps(unit={"path": f"{ENTERPRISE}:department", "lookup": {"Sales": 1}})

    with pytest.raises(BadData, match="\"unit\" has no entry for 'Engines'"):
        columns(ADA, steps)


@pytest.mark.parametrize("path", ["name", "emails", "emails[primary eq true]"])
def test_a_path_to_something_with_parts_is_refused_by_name(path: str) -> None:
    with pytest.raises(BadData, match='cannot fill column "all"'):
        columns(ADA, _steps(all=path))


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"path": "userName", "constant": 1},
        {"path": "userName", "join": ["title"]},
        {"constant": 1, "lower": True},
        {"path": "userName", "separator": "-"},
        {"path": "userName", "upper": True},
        {"path": "userName", "lower": "yes"},
        {"path": "user name"},
        {"join": ["title", "a[b"]},
        {"constant": ["a"]},
        7,
    ],
)
def test_a_step_that_says_too_little_too_much_or_nonsense_is_refused(source: Any) -> None:
    with pytest.raises(ValidationError):
        _steps(column=source)


def test_a_document_is_told_back_from_what_is_at_a_path() -> None:
    steps = _steps(
        login={"path": "userName", "lower": True},
        given="name.givenName",
        family="name.familyName",
        work='emails[type eq "work"].value',
        is_primary='emails[type eq "work"].primary',
        first="emails.value",
        department=f"{ENTERPRISE}:department",
        manager=f"{ENTERPRISE}:manager.value",
        enabled="active",
        nothing="title",
        full={"join": ["name.givenName", "name.familyName"]},
        kind={"constant": "x"},
        state={"path": "userType", "lookup": {"Employee": "E"}},
    )
    values = {
        "login": "ada",
        "given": "Ada",
        "family": "Lovelace",
        "work": "a@work",
        "is_primary": True,
        "first": "a@home",
        "department": "Engines",
        "manager": "7",
        "enabled": 1,
        "nothing": None,
        "full": "Ada Lovelace",
        "kind": "x",
        "state": "E",
    }

    assert document_of(values, steps) == {
        "userName": "ada",
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"type": "work", "value": "a@work", "primary": True}, {"value": "a@home"}],
        ENTERPRISE: {"department": "Engines", "manager": {"value": "7"}},
        "active": True,
    }


@pytest.mark.parametrize(
    ("kept", "told"), [(1, True), (0, False), ("false", False), ("TRUE", True), ("odd", "odd")]
)
def test_active_is_a_flag_however_the_table_keeps_it(kept: Any, told: Any) -> None:
    assert document_of({"state": kept}, _steps(state="active")) == {"active": told}
