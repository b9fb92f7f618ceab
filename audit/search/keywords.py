"""Keywords: words that an event must have, wherever in it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.db.models import Q

from audit.models.words import Phrase, Says
from audit.search.problems import InvalidSearch, Kind, Problem
from audit.words import words_in

LONGEST = 40
MOST = 10
# Ids of events and of transactions have columns of their own.
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def keyword_condition(q: str, *, are_common: Callable[[Q], bool] = lambda condition: False) -> Q:
    """All blank-separated keywords occur, in any case. Raises InvalidSearch.

    A keyword is whole words; one that holds punctuation is several, one behind the other. With a star at
    its end the last is the beginning of a word. What has no letter and no digit occurs nowhere.
    """
    keywords = read_keywords(q)
    ids = [keyword for keyword in keywords if _ID.fullmatch(keyword)]
    phrases = [phrase_of(keyword) for keyword in keywords if keyword not in ids]
    if not all(phrase.words for phrase in phrases):
        return Q(pk__in=[])
    condition = _says(phrases, are_common) if phrases else Q()
    for keyword in ids:
        condition &= Q(Says(phrase_of(keyword))) | Q(uuid=uuid.UUID(keyword)) | Q(transaction_id=keyword)
    return condition


def _says(phrases: list[Phrase], are_common: Callable[[Q], bool]) -> Q:
    """How common a beginning is, no statistics tell: so a few events are looked at."""
    is_common = any(phrase.is_beginning for phrase in phrases) and are_common(
        Q(Says(*phrases, is_common=True))
    )
    return Q(Says(*phrases, is_common=is_common))


def phrase_of(keyword: str) -> Phrase:
    return Phrase(tuple(words_in(keyword)), is_beginning=keyword.endswith("*"))


def read_keywords(q: str) -> list[str]:
    """Raises InvalidSearch for more than 10 of them, or one of more than 40 characters."""
    keywords = q.split()
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
    return " ".join(word if word.endswith("*") else f"{word}*" for word in text.split())
