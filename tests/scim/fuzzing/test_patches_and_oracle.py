"""PATCH beside scim2-models: the same operation makes the same of the same user."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.documents import Document, DocumentError, clean
from lib.schema import ENTERPRISE_USER
from scim.patch import apply
from tests.scim.fuzzing import oracle
from tests.scim.fuzzing.asked import Asked, Operation
from tests.scim.fuzzing.cases import cases
from tests.scim.fuzzing.documents import RESOURCE, users
from tests.scim.fuzzing.oracle import Refusal
from tests.scim.fuzzing.outcome_differences import OUTCOMES, Outcome, OutcomeDifference
from tests.scim.fuzzing.patch_differences import PATCHES, PatchDifference, asked_of_oracle
from tests.scim.fuzzing.patches import operations, without_path

USERS = users(ENTERPRISE_USER).map(lambda body: clean(body, RESOURCE))


def ours(document: Document, *asked: Operation) -> Outcome:
    try:
        return clean(apply(document, list(asked), RESOURCE), RESOURCE)
    except DocumentError as error:
        return Refusal(error.scim_type, str(error))


def theirs(document: Document, *asked: Operation) -> Outcome:
    """Nothing asked changes nothing; the oracle refuses an empty list of operations.

    What comes out has to be a user for us too: one with an empty userName is none (RFC 7643, 4.1.1).
    """
    found = oracle.patched(document, *asked) if asked else document
    return found if isinstance(found, Refusal) else ours(found)


def essence(outcome: Outcome) -> Any:
    """Of a refusal only the kind counts."""
    return outcome.scim_type if isinstance(outcome, Refusal) else outcome


@cases(250)
@given(USERS, operations())
def test_an_operation_makes_of_a_user_what_the_oracle_makes(document: Document, operation: Operation) -> None:
    here = ours(document, operation)
    there = theirs(document, *asked_of_oracle(operation, document))

    if essence(here) != essence(there):
        asked = Asked.read(operation, document)
        assert any(known.holds(asked, here, there) for known in OUTCOMES)


@cases(50)
@given(USERS, operations().filter(lambda operation: operation["op"] != "remove"))
def test_a_path_as_a_name_in_the_value_means_the_same(document: Document, operation: Operation) -> None:
    assert essence(ours(document, without_path(operation))) == essence(ours(document, operation))


@cases(50)
@given(USERS, st.lists(operations(), min_size=2, max_size=4))
def test_several_operations_are_one_after_the_other_or_none(
    document: Document, several: list[Operation]
) -> None:
    before = deepcopy(document)
    expected: Outcome = document
    for operation in several:
        expected = ours(expected, operation) if isinstance(expected, dict) else expected

    found = ours(document, *several)

    assert document == before
    assert isinstance(expected, Refusal) or found == expected


@pytest.mark.parametrize("difference", [*PATCHES, *OUTCOMES], ids=lambda difference: difference.name)
def test_a_difference_still_occurs(difference: PatchDifference | OutcomeDifference) -> None:
    operation, held = difference.example
    document = clean({"userName": "ada", **held}, RESOURCE)

    here, there = ours(document, operation), theirs(document, operation)

    assert essence(here) != essence(there)
    if isinstance(difference, OutcomeDifference):
        assert difference.holds(Asked.read(operation, document), here, there)
    else:
        assert here == theirs(document, *asked_of_oracle(operation, document, (difference,)))


def test_a_fault_in_brackets_is_one_of_the_filter_here() -> None:
    """RFC 7644 table 9 names the filter of a PATCH path; scim2-models 0.12.3 says invalidPath."""
    operation = {"op": "remove", "path": "emails[type eq"}

    assert essence(ours({"userName": "ada"}, operation)) == "invalidFilter"
    assert essence(theirs({"userName": "ada"}, operation)) == "invalidPath"


def test_parentheses_that_change_nothing_still_trouble_the_oracle() -> None:
    document = clean({"userName": "ada", "emails": [{"value": "a"}]}, RESOURCE)
    path = 'emails[value eq "a" or (value eq "b" or type pr)]'
    operation = {"op": "replace", "path": path, "value": {"value": "c"}}

    assert essence(theirs(document, operation)) == "invalidValue"
    assert ours(document, operation) == theirs(document, *asked_of_oracle(operation, document))
