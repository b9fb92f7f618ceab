"""Writes moments the one way in which every document has them."""

from datetime import datetime


def utc_text(moment: datetime) -> str:
    """`moment` is in UTC. An xsd:dateTime (RFC 7643, 2.3.5) with exactly three decimals and a Z."""
    return f"{moment.isoformat(timespec='milliseconds')[:23]}Z"
