"""Reads filters and PATCH paths by recursive descent (grammar: RFC 7644 figures 1 and 7)."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from lib.filters.literals import read_literal
from lib.filters.tokens import Token, tokenize
from lib.filters.tree import (
    And,
    Compare,
    Filter,
    FilterError,
    Not,
    Operator,
    Or,
    PatchPath,
    Path,
    Present,
    UnknownOperator,
    ValuePath,
)

MAX_DEPTH = 30
MAX_TERMS = 200

_NAME = r"\$?[A-Za-z][A-Za-z0-9_-]*"
_PATH = re.compile(
    rf"(?:(?P<urn>urn:[A-Za-z0-9][A-Za-z0-9._:-]*):)?(?P<name>{_NAME})(?:\.(?P<sub>{_NAME}))?", re.IGNORECASE
)
_KEYWORDS = {"and", "or", "not"}
_OPERATORS: dict[str, Operator] = {operator: operator for operator in get_args(Operator)}


# From a word of the text to the attribute that it names; None if it is no name.
ReadPath = Callable[[str], Path | None]


def scim_path(word: str) -> Path | None:
    found = _PATH.fullmatch(word)
    return Path(found["urn"], found["name"], found["sub"]) if found else None


def parse_filter(text: str, read_path: ReadPath = scim_path) -> Filter:
    """The tree of a filter; `and` binds tighter than `or`. Raises FilterError."""
    parser = _Parser(text, read_path)
    tree = parser.disjunction()
    parser.finish()
    return tree


def parse_path(text: str) -> PatchPath:
    """The parts of a PATCH path such as `emails[type eq "work"].value`. Raises FilterError."""
    parser = _Parser(text)
    path = parser.path()
    selection = parser.selection(path) if parser.at("[") else None
    sub = parser.sub() if selection else path.sub
    parser.finish()
    return PatchPath(Path(path.urn, path.name), selection, sub)


def attribute_path(text: str) -> Path:
    """A path without a filter, as `sortBy` takes it. Raises FilterError."""
    found = parse_path(text)
    if found.filter:
        raise FilterError(f"{text} is no attribute: leave out what stands in brackets.")
    return Path(found.path.urn, found.path.name, found.sub)


class _Parser:
    """A place in the tokens; each method reads one rule of the grammar and leaves the place behind it."""

    def __init__(self, text: str, read_path: ReadPath = scim_path) -> None:
        self._tokens = tokenize(text)
        self._read_path = read_path
        self._index = 0
        self._depth = 0
        self._terms = 0
        self._in_brackets = False

    def disjunction(self) -> Filter:
        terms = [self._conjunction()]
        while self._keyword("or"):
            terms.append(self._conjunction())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def path(self) -> Path:
        token = self._next()
        found = self._read_path(token.text) if token.kind == "word" else None
        if found is None or token.text.lower() in _KEYWORDS:
            raise self._expected("the name of an attribute", token)
        return replace(found, position=token.position)

    def selection(self, path: Path) -> Filter:
        """The filter in brackets behind a multi-valued attribute."""
        bracket = self._next()
        if path.sub or self._in_brackets:
            raise FilterError(
                f"Did not expect a filter in brackets at character {bracket.position + 1}: "
                "it stands behind a top-level attribute only.",
                bracket.position,
            )
        self._in_brackets = True
        tree = self._nested("]")
        self._in_brackets = False
        return tree

    def sub(self) -> str | None:
        return self._next().text[1:] if self._token.kind == "sub" else None

    def at(self, mark: str) -> bool:
        return self._token.kind == "mark" and self._token.text == mark

    def finish(self) -> None:
        if self._token.kind != "end":
            raise self._expected("the end of the text", self._token)

    def _conjunction(self) -> Filter:
        terms = [self._term()]
        while self._keyword("and"):
            terms.append(self._term())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _term(self) -> Filter:
        if self._keyword("not"):
            if not self.at("("):
                raise self._expected("an opening parenthesis after not", self._token)
            self._next()
            return Not(self._nested(")"))
        if self.at("("):
            self._next()
            return self._nested(")")
        path = self.path()
        return self._selected(path) if self.at("[") else self._expression(path)

    def _selected(self, path: Path) -> Filter:
        """`emails[type eq "work"]`, or Entra's `emails[type eq "work"].value eq "x"`: one element."""
        selection = self.selection(path)
        sub = self.sub()
        if sub is None:
            return ValuePath(path, selection)
        terms = selection.terms if isinstance(selection, And) else (selection,)
        return ValuePath(path, And((*terms, self._expression(Path(None, sub)))))

    def _expression(self, path: Path) -> Filter:
        self._count_term()
        token = self._next()
        word = token.text.lower() if token.kind == "word" else ""
        if word == "pr":
            return Present(path)
        if word not in _OPERATORS:
            expected = self._expected(f"an operator ({', '.join(_OPERATORS)} or pr) after {path}", token)
            raise UnknownOperator(str(expected), token.position, token.text)
        operator = _OPERATORS[word]
        value = self._next()
        return Compare(path, operator, read_literal(value, operator))

    def _nested(self, closing: str) -> Filter:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FilterError(
                f"More than {MAX_DEPTH} brackets inside one another: write a flatter filter.",
                self._token.position,
            )
        tree = self.disjunction()
        if not self.at(closing):
            raise self._expected(f"and, or, or {closing}", self._token)
        self._next()
        self._depth -= 1
        return tree

    def _count_term(self) -> None:
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise FilterError(
                f"More than {MAX_TERMS} comparisons in one filter: ask in several requests.",
                self._token.position,
            )

    @property
    def _token(self) -> Token:
        return self._tokens[self._index]

    def _next(self) -> Token:
        token = self._token
        if token.kind != "end":
            self._index += 1
        return token

    def _keyword(self, word: str) -> bool:
        found = self._token.kind == "word" and self._token.text.lower() == word
        if found:
            self._index += 1
        return found

    @staticmethod
    def _expected(what: str, token: Token) -> FilterError:
        return FilterError(
            f"Expected {what} at character {token.position + 1}, found {token}.", token.position
        )
