"""Every operator on every attribute: the databases agree with a reading of the events in Python."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from audit.search import ATTRIBUTES, OPERATORS, InvalidSearch, Kind, narrow
from tenants.models import Tenant
from tests.audit.search.events import entry, failed_push, log, write
from tests.factories import make_tenant

TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "eq": operator.eq,
    "co": lambda text, wanted: wanted.lower() in text.lower(),
    "sw": lambda text, wanted: text.lower().startswith(wanted.lower()),
    "ew": lambda text, wanted: text.lower().endswith(wanted.lower()),
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
KEYS = ("debugContext.debugData.httpStatus", "transaction.detail.requestApiTokenId", "target.detailEntry.x")


@pytest.fixture
def tenant(db: None) -> Tenant:
    owner = make_tenant("acme")
    write(owner, entry("ada"), entry("bea", subjects=()), failed_push("cyd"), entry("Äöü"))
    return owner


@pytest.mark.parametrize("name", [*ATTRIBUTES, *KEYS])
def test_it_is_as_in_python(tenant: Tenant, name: str) -> None:
    documents = {event.seq: event.document for event in log(tenant)}
    wanted = next((v for one in documents.values() for v in values(one, name) if isinstance(v, str)), "V4")

    for op in OPERATORS:
        text = f"{name} pr" if op == "pr" else f'{name} {op} "{wanted}"'
        try:
            found = set(narrow(log(tenant), filter=text).values_list("seq", flat=True))
        except InvalidSearch as invalid:
            assert invalid.problems[0].kind in (Kind.COMBINATION, Kind.SYNTAX)
            assert ATTRIBUTES[name].type != "text", text
            continue
        assert found == {seq for seq, one in documents.items() if holds(one, name, op, wanted)}, text


def holds(document: Any, name: str, op: str, wanted: str) -> bool:
    found = values(document, name)
    if op == "pr":
        return any(value not in (None, "", {}, []) for value in found)
    if op == "ne":
        return not holds(document, name, "eq", wanted)
    return any(isinstance(value, str) and TESTS[op](value, wanted) for value in found)


def values(document: Any, name: str) -> list[Any]:
    """What stands under a name, each value of each element of a list."""
    found = [document]
    for part in name.split("."):
        found = [one.get(part) for one in _flat(found) if isinstance(one, Mapping)]
    return found if name in ("target", "request.ipChain") else _flat(found)


def _flat(found: list[Any]) -> list[Any]:
    return [inner for one in found for inner in (one if isinstance(one, list) else [one])]
