"""Writes moments the one way in which every document has them, and reads those that clients write."""

import re
from datetime import UTC, datetime, timedelta

# An xsd:dateTime (RFC 7643, 2.3.5) of which both databases and Python know which moment it is: in UTC if it
# has no zone. Python and PostgreSQL read it alike; a day that no calendar has is none.
_DAY = (
    r"(?:(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    r"|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29)"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,40})?"
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
MOMENT = f"^{_DAY}T{_TIME}{_ZONE}$"
# More digits than a moment can have here are cut off.
FINEST = r"(\.[0-9]{6})[0-9]+"

_MOMENT = re.compile(MOMENT.removesuffix("$") + r"\Z")
_FINEST = re.compile(FINEST)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_text(moment: datetime) -> str:
    """`moment` is in UTC. An xsd:dateTime (RFC 7643, 2.3.5) with exactly three decimals and a Z."""
    return f"{moment.isoformat(timespec='milliseconds')[:23]}Z"


def microseconds(text: str) -> int | None:
    """The moment that an xsd:dateTime names, in microseconds since 1970; None if it is no such text."""
    if not _MOMENT.match(text):
        return None
    moment = datetime.fromisoformat(_FINEST.sub(r"\1", text))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1)
