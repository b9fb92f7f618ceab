"""What a client asks of the log: the parameters of Okta's `GET /api/v1/logs`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from django.http import QueryDict

from api.logs.errors import invalid
from audit.search import Cursor, InvalidSearch, Kind, Order, Problem, read_cursor, read_time, write_cursor
from lib.moments import utc_text

DEFAULT_LIMIT = 100
MOST = 1_000
DEFAULT_SPAN = timedelta(days=7)
_NUMBER = re.compile(r"[0-9]{1,9}")
_ORDERS = {"ASCENDING": False, "DESCENDING": True}


@dataclass(frozen=True)
class Question:
    """Okta's two kinds: who gives no end, and wants the oldest first, polls; everybody else reads a span.

    Empty parameters are as good as absent. `limit` is None where the client left it to us.
    """

    tenant_id: uuid.UUID
    since: datetime
    until: datetime | None
    after: Cursor | None
    filter: str
    q: str
    limit: int | None
    order: Order
    sort_order: str

    @property
    def polls(self) -> bool:
        return self.order is Order.COMMITS

    @property
    def size(self) -> int:
        return DEFAULT_LIMIT if self.limit is None else self.limit

    def query(self, after: Cursor | None) -> str:
        """The same question at a place in its answer: always in the same order, with the same escapes."""
        return urlencode([*self._parameters(after)], quote_via=quote, safe="")

    def _parameters(self, after: Cursor | None) -> Iterator[tuple[str, str]]:
        yield "since", _time(self.since)
        if self.until is not None:
            yield "until", _time(self.until)
        if after is not None:
            yield "after", write_cursor(after, self.tenant_id)
        if self.filter:
            yield "filter", self.filter
        if self.q:
            yield "q", self.q
        if self.limit is not None:
            yield "limit", str(self.limit)
        if self.sort_order:
            yield "sortOrder", self.sort_order


def read_question(sent: QueryDict, tenant_id: uuid.UUID) -> Question:
    """Raises OktaError for the first parameter that is wrong."""
    given = {name: sent.get(name, "") for name in ("since", "until", "after", "sortOrder", "limit")}
    try:
        since, until = read_time(given["since"], "since"), read_time(given["until"], "until")
        newest_first = _newest_first(given["sortOrder"])
        order = _order(newest_first, polls=until is None and not newest_first)
        return Question(
            tenant_id=tenant_id,
            since=since or _earlier(until or _now()),
            until=None if order is Order.COMMITS else until or _now(),
            after=read_cursor(given["after"], order, tenant_id) if given["after"] else None,
            filter=sent.get("filter", "").strip(),
            q=sent.get("q", "").strip(),
            limit=_limit(given["limit"].strip()),
            order=order,
            sort_order=given["sortOrder"].strip().upper(),
        )
    except InvalidSearch as error:
        raise invalid(error.problems[0]) from error


def _order(newest_first: bool, *, polls: bool) -> Order:
    if polls:
        return Order.COMMITS
    return Order.NEWEST_FIRST if newest_first else Order.OLDEST_FIRST


def _newest_first(text: str) -> bool:
    try:
        return _ORDERS[text.strip().upper() or "ASCENDING"]
    except KeyError:
        sentence = "The order is ASCENDING or DESCENDING."
        raise InvalidSearch(Problem("sortOrder", Kind.WORD, sentence)) from None


def _limit(text: str) -> int | None:
    """More than there can be is as much as there can be."""
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise InvalidSearch(Problem("limit", Kind.NUMBER, f"The limit is a whole number from 0 to {MOST}."))
    return min(MOST, int(text))


def _now() -> datetime:
    """In whole milliseconds, as events are, and the one after this: what has just happened is before it."""
    now = datetime.now(UTC) + timedelta(milliseconds=1)
    return now.replace(microsecond=now.microsecond // 1_000 * 1_000)


def _earlier(moment: datetime) -> datetime:
    try:
        return moment - DEFAULT_SPAN
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _time(moment: datetime) -> str:
    """As precise as it was given."""
    return utc_text(moment) if moment.microsecond % 1_000 == 0 else f"{moment.isoformat()[:26]}Z"
