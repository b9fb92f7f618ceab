"""Keywords: words that an event must have, wherever in it."""

from __future__ import annotations

from django.db.models import Q

from audit.search.problems import InvalidSearch, Kind, Problem

LONGEST = 40
MOST = 10


def keyword_condition(q: str) -> Q:
    """All blank-separated keywords occur, in any case. Raises InvalidSearch."""
    condition = Q()
    for keyword in read_keywords(q):
        condition &= Q(search__contains=keyword.removesuffix("*").casefold())
    return condition


def read_keywords(q: str) -> list[str]:
    """Raises InvalidSearch for more than 10 of them, or one of more than 40 characters."""
    keywords = q.replace("\0", " ").split()
    for keyword in keywords:
        if len(keyword) > LONGEST:
            raise InvalidSearch(_too_long(keyword, q.find(keyword)))
    if len(keywords) > MOST:
        sentence = f"{len(keywords)} keywords are too many: give at most {MOST}."
        raise InvalidSearch(Problem("q", Kind.MANY_KEYWORDS, sentence))
    return keywords


def _too_long(keyword: str, position: int) -> Problem:
    sentence = (
        f"The keyword that starts at character {position + 1} is {len(keyword)} characters long: "
        f"{LONGEST} are the most."
    )
    return Problem("q", Kind.LONG_KEYWORD, sentence, position)


def as_beginnings(text: str) -> str:
    """What a person types, as keywords that also find longer words: each with a star behind it."""
    return " ".join(word if word.endswith("*") else f"{word}*" for word in text.replace("\0", " ").split())
