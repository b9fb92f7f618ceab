"""A page of the list of all users or all groups, the oldest first, at the same cost wherever it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.db import connection

from directory.models import Group, User
from directory.tallies import BORN, DIED, OF_KIND, of_kind
from lib.statements import select
from scim.landmarks import Landmarks, Spot, landmarks, remember
from tenants.models import Tenant

# When more have come behind what is known, they are not counted, and the list is walked from its front once.
MOST_BEHIND = 5_000


@dataclass(frozen=True)
class Window:
    """`rows` are the columns that were asked for, as the driver gives them; `total` is that of the list."""

    rows: list[tuple[Any, ...]]
    total: int


@dataclass(frozen=True)
class _Asked:
    model: type[User | Group]
    tenant: Tenant
    columns: str
    start: int
    count: int


@dataclass(frozen=True)
class _Read(Window):
    """What one statement, and so one moment, says; `spots` are where the page begins and ends, with ranks."""

    died: int
    behind: int
    last: Spot
    spots: list[tuple[int, Spot]]


def read_window(model: type[User | Group], tenant: Tenant, columns: str, *, start: int, count: int) -> Window:
    """`columns` speak of the row as `r`; `start` counts from 0.

    By one statement if nobody has gone since this process read a page before; by two if somebody has.
    """
    asked = _Asked(model, tenant, columns, start, count)
    known = landmarks((model, tenant.pk))
    near = known.before(start) if known else None
    read = _read(asked, known, near)
    if known and not known.hold(read.died, read.total, read.behind):
        known = None
        if near:
            read = _read(asked, None, None)
    _remember(asked, known, read)
    return read


def _remember(asked: _Asked, known: Landmarks | None, read: _Read) -> None:
    now = Landmarks(read.died, read.total, read.last)
    if known:
        now = replace(now, ranks=known.ranks, spots=known.spots)
    for rank, spot in read.spots:
        now = now.with_spot(rank, spot)
    remember((asked.model, asked.tenant.pk), now)


def _read(asked: _Asked, known: Landmarks | None, near: tuple[int, Spot] | None) -> _Read:
    """From the spot that is near, or from the front. The last that is skipped is read, to be a spot."""
    rank, spot = near or (0, ())
    beside = min(1, asked.start - rank)
    tally = of_kind(asked.model, asked.tenant)
    tenant = tally[0]
    rows = select(
        _statement(asked.model, asked.columns, bool(near)),
        [
            *tally,
            *(tenant, *(known.last if known else (None, None)), MOST_BEHIND + 1),
            tenant,
            *(tenant, *spot, asked.count + beside, asked.start - rank - beside),
        ],
    )
    total, died, behind, at, id, *_ = rows[0]
    read = [row[5:] for row in rows if row[6] is not None]
    first = asked.start - beside + 1
    ends = {beside - 1, len(read) - 1} - {-1} if read else set()
    return _Read(
        rows=[row[2:] for row in read[beside:]],
        total=total,
        died=died,
        behind=behind,
        last=(at, id),
        spots=[(first + index, read[index][:2]) for index in ends],
    )


@cache
def _statement(model: type[User | Group], columns: str, from_spot: bool) -> str:
    """The page is chosen from the index alone, so that rows that are skipped are not read."""
    table = connection.ops.quote_name(model._meta.db_table)
    living = f"FROM {table} WHERE tenant_id = %s AND deleted_at IS NULL"
    after = "AND (created_at, id) > (%s, %s)"
    return (
        "SELECT tally.total, tally.died, newer.number, CAST(newest.at AS text), CAST(newest.id AS text), "  # noqa: S608  # names
        f"CAST(page.at AS text), CAST(page.id AS text), {columns} "
        f"FROM (SELECT {BORN} - {DIED} AS total, {DIED} AS died {OF_KIND}) AS tally "
        f"CROSS JOIN (SELECT COUNT(*) AS number FROM (SELECT 1 {living} {after} LIMIT %s) AS few) AS newer "
        f"LEFT JOIN (SELECT created_at AS at, id {living} "
        "ORDER BY created_at DESC, id DESC LIMIT 1) AS newest ON 1 = 1 "
        f"LEFT JOIN (SELECT created_at AS at, id {living} {after if from_spot else ''} "
        "ORDER BY created_at, id LIMIT %s OFFSET %s) AS page ON 1 = 1 "
        f"LEFT JOIN {table} AS r ON r.id = page.id ORDER BY page.at, page.id"
    )
