"""What a million users cost more than a hundred: look-ups, late pages, memory."""

from __future__ import annotations

from bench import memory, traffic
from bench.client import Client, client
from bench.directories import PAGE, Directory, user_name
from bench.errors import BenchError
from bench.goals import Goal, Line, absolute, beside_floor, of_floor, seconds_beside, times_beside
from bench.load import Load, in_turns

LOOK_UP, LATE_PAGE, MEMORY = Goal(1.3), Goal(1.5), Goal(200, unit="MB")
# So many pages at either end stand for the first and the last.
ENDS = 20
READS = 9


def measure(few: Directory, many: Directory, floor: Load, *, rounds: int, seconds: int) -> list[Line]:
    """The import comes first: what is measured of memory is an import's doing."""
    with client(many.web, many.token) as reader:
        lines = read_all(many, reader)
        traffic.check_look_ups(many, reader)
    loads = {
        "floor": floor,
        "few": traffic.look_ups(few),
        "many": traffic.look_ups(many),
        "pages": traffic.pages(many),
    }
    measured = in_turns(loads, rounds=rounds, seconds=seconds)
    work = 'GET /Users?filter=userName eq "x"'
    return [
        of_floor(measured["floor"]),
        times_beside(work, many.users, measured["many"], measured["few"], LOOK_UP, name=few.name),
        beside_floor(work, many.users, measured["many"], measured["floor"]),
        beside_floor("GET /Users?startIndex=n&count=100", many.users, measured["pages"], measured["floor"]),
        *lines,
    ]


def read_all(on: Directory, reader: Client) -> list[Line]:
    """One client reads everybody, page by page."""
    took = [_page(on, reader, start) for start in range(1, on.users + 1, PAGE)]
    after = memory.of_group(on.web.group)
    ends = min(ENDS, len(took) // 2)
    first, last = took[:ends], took[-ends:]
    late = on.users - PAGE + 1
    by_themselves = [(_page(on, reader, 1), _page(on, reader, late)) for _ in range(READS)]
    jumps = [last for _, last in by_themselves]
    starts = [first for first, _ in by_themselves]
    return [
        seconds_beside("last page of an import", on.users, last, first, LATE_PAGE, name="first page"),
        seconds_beside("last page without those before", on.users, jumps, starts, None, name="first page"),
        absolute("import page by page, web RSS after it", on.users, after.rss, MEMORY),
        absolute("import page by page, web PSS after it", on.users, after.pss, MEMORY),
    ]


def _page(on: Directory, reader: Client, start: int) -> float:
    """Seconds. Raises BenchError unless it shows exactly whom it should."""
    document, took = reader.get(f"/Users?startIndex={start}&count={PAGE}")
    expected = [user_name(number) for number in range(start, min(start + PAGE, on.users + 1))]
    if [user["userName"] for user in document["Resources"]] != expected or document[
        "totalResults"
    ] != on.users:
        raise BenchError(f"The page at {start} does not show the users from there on.")
    return took
