"""Syslog messages (RFC 5424) and how they are framed on a stream (RFC 6587, 3.4.1; RFC 5425, 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.formats.reading import PRODUCT, VERSION

# "Log audit".
FACILITY = 13
SEVERITY = {"DEBUG": 7, "INFO": 6, "WARN": 4, "ERROR": 3}
# What is in the header is short, printable ASCII without blanks.
LONGEST_HOST, LONGEST_MSGID = 255, 32
# The registered parameter `sequenceId` begins again at 1 behind this (7.3.1).
MOST_SEQUENCE = 2147483647
# A datagram carries no more (RFC 5426, 3.2; the length is that of IPv4's).
LARGEST_DATAGRAM = 65_507


def syslog_message(event: Mapping[str, Any], text: str, *, host: str, seq: int) -> bytes:
    """`text` is the event in the form that the receiver reads; `seq` its place in the log."""
    priority = FACILITY * 8 + SEVERITY.get(event["severity"], 5)
    words = [f"<{priority}>1", event["published"], _word(host, LONGEST_HOST), "lockstep", "-"]
    words += [_word(event["eventType"], LONGEST_MSGID), _data(seq), text]
    return " ".join(words).encode()


def octet_counted(message: bytes) -> bytes:
    """The frame of a message on TCP and TLS."""
    return b"%d %b" % (len(message), message)


def datagram(message: bytes) -> bytes:
    """Cut off at its end where it is too long (RFC 5424, 6.1), between two characters."""
    return message[:LARGEST_DATAGRAM].decode(errors="ignore").encode()


def _data(seq: int) -> str:
    sequence = (seq - 1) % MOST_SEQUENCE + 1
    return f'[origin software="{PRODUCT}" swVersion="{VERSION}"][meta sequenceId="{sequence}"]'


def _word(text: str, longest: int) -> str:
    printable = "".join(letter if "!" <= letter <= "~" else "?" for letter in text)
    return printable[:longest] or "-"
