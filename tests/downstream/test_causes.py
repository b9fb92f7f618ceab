"""What of a message is the cause, and what is one account's own."""

from __future__ import annotations

import pytest

from downstream.advice import ADVICE, advice
from downstream.causes import LONGEST, digest, normalised
from downstream.errors import ErrorClass

EXAMPLES = [
    ("It did not answer.", "It did not answer."),
    ("memory:HR refuses ada.", "memory:HR refuses [name]."),
    ("memory:HR refuses Ada Lovelace.", "memory:HR refuses [name]."),
    ("No entry for ada@example.com", "No entry for [e-mail]"),
    ("No entry for <o'hara+x@mail.example.co.uk>.", "No entry for <[e-mail]>."),
    ("User 7b7a9f10-9d3c-4c1e-8c55-8b9b4d9f4f11 is gone", "User [id] is gone"),
    ("Object 5f2d9c31ab77e0019a is locked", "Object [id] is locked"),
    ("The entry 17 over there is taken", "The entry [number] over there is taken"),
    ("Took 1.25 s, -3 left", "Took [number] s, [number] left"),
    ("Line 2 of web-01 in utf-8", "Line [number] of web-01 in utf-8"),
    ("Row 12,345 of 20", "Row [number] of [number]"),
    ('invalid input syntax for type integer: "abc"', "invalid input syntax for type integer: [value]"),
    ("Another user named 'ada' is there", "Another user named [value] is there"),
    ("“Ärger” is no department", "[value] is no department"),
    ("It doesn't take what it can't read", "It doesn't take what it can't read"),
    ('null value in column "email" violates it', 'null value in column "email" violates it'),
    ('violates unique constraint "accounts_login_key"', 'violates unique constraint "accounts_login_key"'),
    ("attribute 'title' must not be 'Dr'", "attribute 'title' must not be [value]"),
    ("Key (login)=(somebody else) already exists.", "Key (login)=([value]) already exists."),
    ("UNIQUE constraint failed: accounts.login", "UNIQUE constraint failed: accounts.login"),
    ("No such object: uid=byron,ou=people", "No such object: uid=[value],ou=people"),
    ("Since 2026-11-22T10:50:45.123Z", "Since [time]"),
    ("Since 2026-11-22", "Since [time]"),
    ("HTTP 422 for request 991", "HTTP 422 for request [number]"),
    ('server at "127.0.0.1", port 5432 failed', "server at [value], port [number] failed"),
    ("sha256 and utf8 stay words", "sha256 and utf8 stay words"),
    ("too \n  many   blanks ", "too many blanks"),
]


@pytest.mark.parametrize(("message", "cause"), EXAMPLES)
def test_what_is_one_accounts_own_becomes_a_placeholder(message: str, cause: str) -> None:
    assert normalised(message, ["ada", "Ada Lovelace", "Ada"]) == cause


@pytest.mark.parametrize("cause", [cause for _, cause in EXAMPLES])
def test_a_cause_is_its_own_cause(cause: str) -> None:
    assert normalised(cause) == cause


def test_a_name_inside_a_word_or_of_two_letters_is_left_alone() -> None:
    assert normalised("adaptable as is", ["ada", "as", "is", ""]) == "adaptable as is"


def test_a_name_with_a_pattern_in_it_is_only_a_name() -> None:
    assert normalised("refuses a.*(b", ["a.*(b"]) == "refuses [name]"


def test_a_long_message_is_cut() -> None:
    assert len(normalised("word " * 5000)) <= LONGEST


def test_class_attribute_and_cause_tell_groups_apart() -> None:
    digests = {
        digest("data", "", "x"),
        digest("data", "title", "x"),
        digest("bug", "", "x"),
        digest("data", "", "y"),
    }

    assert len(digests) == 4


def test_each_class_of_error_has_its_words() -> None:
    assert set(ADVICE) == set(ErrorClass)
    assert "title" in advice(ErrorClass.DATA, "title").remedy
    assert advice(ErrorClass.BUG, "title") == ADVICE[ErrorClass.BUG]
