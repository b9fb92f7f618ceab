"""Filters beside scim2-models: the same filter selects the same users, or is refused by both."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.documents import Document, clean
from lib.filters import Filter, FilterError, matches, parse_filter
from lib.schema import ENTERPRISE_USER
from tests.scim.fuzzing import oracle
from tests.scim.fuzzing.cases import cases
from tests.scim.fuzzing.differences import FILTERS, Difference, as_asked
from tests.scim.fuzzing.documents import EVERY_TYPE, RESOURCE, users
from tests.scim.fuzzing.doors import attribute_of, condition
from tests.scim.fuzzing.filters import FILTERS_WITH_A_FAULT, TYPED_FILTERS, USER_FILTERS, written
from tests.scim.fuzzing.oracle import Refusal
from tests.scim.fuzzing.values import words

RANDOMS = st.randoms(use_true_random=False)


def is_refused(text: str) -> bool:
    """By the door, before any row is looked at."""
    try:
        condition(parse_filter(text))
    except FilterError:
        return True
    return False


@cases(150)
@given(users(ENTERPRISE_USER), USER_FILTERS, RANDOMS)
def test_the_oracle_selects_the_same_users(body: Document, tree: Filter, random: Random) -> None:
    document = clean(body, RESOURCE)
    text = written(tree, random)

    found = matches(parse_filter(text), document, attribute_of)

    assert not is_refused(text)
    assert found == oracle.selects(written(as_asked(tree), random), document)


@cases(100)
@given(users(EVERY_TYPE), TYPED_FILTERS, RANDOMS)
def test_values_of_every_type_compare_as_the_oracle_compares_them(
    body: Document, tree: Filter, random: Random
) -> None:
    document = clean(body, RESOURCE)

    found = matches(parse_filter(written(tree, random)), document, attribute_of)

    assert found == oracle.selects(written(as_asked(tree), random), document)


@cases(50)
@given(FILTERS_WITH_A_FAULT, RANDOMS)
def test_a_fault_anywhere_is_refused_by_both(tree: Filter, random: Random) -> None:
    text = written(tree, random)

    assert is_refused(text)
    assert isinstance(oracle.selects(text, {"userName": "ada"}), Refusal)


@cases(50)
@given(TYPED_FILTERS, RANDOMS)
def test_every_spelling_of_a_filter_is_read_as_one(tree: Filter, random: Random) -> None:
    spelled = written(tree, random)

    assert parse_filter(written(tree)) == tree
    assert written(parse_filter(spelled)).lower() == written(tree).lower()


@pytest.mark.parametrize("difference", FILTERS, ids=lambda difference: difference.name)
def test_a_difference_still_occurs(difference: Difference) -> None:
    text, held = difference.example
    document = clean({"userName": "ada", **held}, RESOURCE)
    tree = parse_filter(text)

    here = matches(tree, document, attribute_of)

    assert here != oracle.selects(text, document)
    assert here == oracle.selects(written(as_asked(tree, (difference,))), document)


TOKENS = words("""
    title emails emails.value name.givenName urn:a:b:title urn:a:b:2.0:User:name.x $ref x-y_z a..b 1a urn:
    eq EQ ne co gt pr Pr and or not AND ( ) [ ] .value . "a" "\\u00e9\\n" "a\\"b" " \\ 'a' + é
    5 -5.5 1e3 01 true False null NULL
""")
SOUP = st.lists(st.tuples(TOKENS, st.sampled_from([" ", " ", " ", "", "  "])), max_size=9).map(
    lambda found: "".join(token + space for token, space in found)
)
TERMS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["title", "emails.value", "urn:a:b:title", "urn:a:b:2.0:User:name.x", "$ref", "x-y"]),
        st.sampled_from([" ", "  ", "\t", ""]),
        st.sampled_from(["eq", "PR", "co"]),
        st.sampled_from([" ", "  ", ""]),
        st.sampled_from(['"a"', "5", "true", ""]),
    ),
)
ALMOST = st.recursive(
    TERMS,
    lambda inner: (
        st.builds("".join, st.tuples(inner, st.sampled_from([" and ", " or", "and ", " OR "]), inner))
        | inner.map(lambda text: f"({text})")
        | inner.map(lambda text: f"not({text})")
        | inner.map(lambda text: f"not ( {text} )")
        | inner.map(lambda text: f"emails[{text}]")
        | inner.map(lambda text: f'emails[ {text} ].value eq "a"')
    ),
    max_leaves=4,
)
# What only we refuse: how our sentence names it, why it is a fault, and an example.
STRICTER = (
    ("Did not expect '\\t'", "RFC 7644 figure 1 knows no white space but the space", "title\tpr"),
    ("Expected a space before", "RFC 7644 figure 1 has one around every operator", 'title eq"a"'),
    (
        "compares strings",
        "RFC 7644 table 3 says so of co, sw and ew; the oracle sees it when it knows the attribute",
        "title co 5",
    ),
    (
        "Expected the name of an attribute",
        "A word of the grammar is no name, or a mistake would pass as a filter",
        "and pr",
    ),
)


@cases(300)
@given(SOUP | ALMOST)
def test_what_is_a_filter_for_the_oracle_is_one_here(text: str) -> None:
    try:
        parse_filter(text)
    except FilterError as error:
        assert not oracle.is_filter(text) or any(sentence in str(error) for sentence, _, _ in STRICTER)
    else:
        assert oracle.is_filter(text)


@pytest.mark.parametrize(("sentence", "why", "text"), STRICTER)
def test_a_stricter_reading_still_occurs(sentence: str, why: str, text: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)

    assert sentence in str(caught.value)
    assert oracle.is_filter(text)
