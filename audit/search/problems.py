"""What can be wrong with a question to the log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The doors have a code or a hint for each."""

    SYNTAX = "syntax"
    FIELD = "field"
    COMBINATION = "combination"
    LONG_KEYWORD = "long keyword"
    MANY_KEYWORDS = "many keywords"
    DATE = "date"
    CURSOR = "cursor"
    NUMBER = "number"
    WORD = "word"


@dataclass(frozen=True)
class Problem:
    """`parameter` is filter, q, since or until; of a page also after, limit or sortOrder.

    `message` is for people, who count characters from 1.
    `position` counts the characters of the parameter's text from 0; None where it is the whole of it.
    `attribute` and `operator` are those that it is about, as they were written.
    """

    parameter: str
    kind: Kind
    message: str
    position: int | None = None
    attribute: str = ""
    operator: str = ""


class InvalidSearch(ValueError):
    """At least one problem; at most one a parameter."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems
