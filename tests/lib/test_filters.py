"""The filter language: text to tree, its limits, its errors."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lib.filters import (
    And,
    Compare,
    Filter,
    FilterError,
    Not,
    Or,
    PatchPath,
    Path,
    Present,
    ValuePath,
    parse_filter,
    parse_path,
)

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def equal(name: str, value: Any, sub: str | None = None) -> Compare:
    return Compare(Path(None, name, sub), "eq", value)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('userName eq "x"', equal("userName", "x")),
        ('userName EQ "x"', equal("userName", "x")),
        ('name.familyName co "O\'Mal"', Compare(Path(None, "name", "familyName"), "co", "O'Mal")),
        ("title pr", Present(Path(None, "title"))),
        ("active eq True", equal("active", True)),
        ("x eq null", equal("x", None)),
        ("x gt -1.5e2", Compare(Path(None, "x"), "gt", -150.0)),
        ('x eq "a\\"b\\\\c\\u00e9\\ud83d\\ude00"', equal("x", 'a"b\\cé😀')),
        ('members.$ref eq "r"', equal("members", "r", "$ref")),
        (f'{ENTERPRISE}:department eq "d"', Compare(Path(ENTERPRISE, "department"), "eq", "d")),
        (f'{ENTERPRISE}:manager.value eq "m"', Compare(Path(ENTERPRISE, "manager", "value"), "eq", "m")),
        (
            'urn:okta:onprem_app:1.0:user:custom:departmentName eq "Cloud Service"',
            Compare(Path("urn:okta:onprem_app:1.0:user:custom", "departmentName"), "eq", "Cloud Service"),
        ),
        ('emails[type eq "work"]', ValuePath(Path(None, "emails"), equal("type", "work"))),
        (
            'emails[type eq "work"].value eq "a@x"',
            ValuePath(Path(None, "emails"), And((equal("type", "work"), equal("value", "a@x")))),
        ),
        ("not (a eq 1)", Not(equal("a", 1))),
        ("NOT(a eq 1)", Not(equal("a", 1))),
    ],
)
def test_a_filter_becomes_its_tree(text: str, tree: Filter) -> None:
    assert parse_filter(text) == tree


def test_and_binds_tighter_than_or() -> None:
    tree = parse_filter("a eq 1 or b eq 2 AND c eq 3")

    assert tree == Or((equal("a", 1), And((equal("b", 2), equal("c", 3)))))


def test_parentheses_bind_tighter_than_and() -> None:
    tree = parse_filter("(a eq 1 or b eq 2) and c eq 3")

    assert tree == And((Or((equal("a", 1), equal("b", 2))), equal("c", 3)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "userName",
        "userName eq",
        'eq "x"',
        'userName is "x"',
        "userName eq x",
        "userName eq 'x'",
        'userName eq"x"',
        'userName eq "x',
        'userName eq "x" and',
        'userName eq "x" "y"',
        'userName eq "x" xor a pr',
        '(userName eq "x"',
        'userName eq "x")',
        "not a pr",
        "and pr",
        'emails[type eq "work"',
        "emails[]",
        "emails[a[b pr]]",
        'emails[type eq "work"].value',
        'emails[type eq "work"] .value eq "x"',
        'name.familyName[value eq "x"]',
        "a.b.c pr",
        "1a pr",
        "active gt true",
        "active le null",
        "x co 5",
        "x eq 01",
        "x eq 1e999",
        f"x eq {2**63}",
        "x eq " + "9" * 5000,
        'x eq "\\ud800"',
        'x eq "\\u0000"',
        'x eq "\t"',
        "x\tpr",
        "é pr",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(text)


def test_an_error_says_what_was_expected_and_where() -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter('userName "x"')

    assert "after userName at character 10, found" in str(caught.value)
    assert caught.value.position == 9


def test_a_filter_without_operator_says_which_there_are() -> None:
    with pytest.raises(
        FilterError, match=r"Expected an operator \(eq, ne, .* after WORD at character 5"
    ) as caught:
        parse_filter("WORD")

    assert caught.value.position == 4


def test_length_depth_and_number_of_terms_are_limited() -> None:
    parse_filter("(" * 30 + "a pr" + ")" * 30)
    parse_filter(" or ".join(["a pr"] * 200))

    for text in ("(" * 31 + "a pr" + ")" * 31, " or ".join(["a pr"] * 201), "a pr" + " " * 8_000):
        with pytest.raises(FilterError):
            parse_filter(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("userName", PatchPath(Path(None, "userName"))),
        ("name.givenName", PatchPath(Path(None, "name"), None, "givenName")),
        ('emails[type eq "work"]', PatchPath(Path(None, "emails"), equal("type", "work"))),
        ('emails[type eq "work"].value', PatchPath(Path(None, "emails"), equal("type", "work"), "value")),
        ('roles[primary eq "True"].value', PatchPath(Path(None, "roles"), equal("primary", "True"), "value")),
        (f"{ENTERPRISE}:manager.value", PatchPath(Path(ENTERPRISE, "manager"), None, "value")),
        (f"{ENTERPRISE}:employeeNumber", PatchPath(Path(ENTERPRISE, "employeeNumber"))),
    ],
)
def test_a_patch_path_becomes_its_parts(text: str, path: PatchPath) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize(
    "text", ["", "a b", "a pr", 'a eq "x"', "emails[", "a[b pr].c.d", "a.", ".a", "(a)", "not"]
)
def test_what_is_no_patch_path_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        parse_path(text)


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "a",
            "emails",
            "not",
            "and",
            "or",
            "eq",
            "pr",
            "(",
            ")",
            "[",
            "]",
            ".",
            " ",
            '"',
            "\\",
            "1",
            "-",
            "urn:a:b:",
        ]
    )
).map("".join)


# A busy machine is no failure.
@settings(deadline=None)
@given(st.text() | FRAGMENTS)
@example("(" * 8_000)
@example('"' + "\\" * 7_000)
def test_no_text_raises_anything_but_a_filter_error(text: str) -> None:
    for parse in (parse_filter, parse_path):
        try:
            parse(text)
        except FilterError as error:
            assert 0 <= error.position <= len(text)
