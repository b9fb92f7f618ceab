"""Brings attribute names into the schema's spelling (RFC 7643 section 2.1: names are case-insensitive)."""

from collections.abc import Callable, Mapping
from typing import Any

from lib.documents.document import DocumentError


def canonical_names(
    sent: Mapping[str, Any], spelling: Callable[[str], str | None], where: str
) -> dict[str, Any]:
    """The same object with known names in canonical spelling and unknown ones as sent.

    `spelling` gives the canonical name or None; `where` names the object for people.
    Raises DocumentError (invalidSyntax) if one name comes in two spellings.
    """
    found: dict[str, Any] = {}
    seen: dict[str, str] = {}
    for name, value in sent.items():
        before = seen.setdefault(name.lower(), name)
        if before != name:
            raise DocumentError(
                f"{where} has {before[:100]} and {name[:100]}, which are one attribute: send it once.",
                scim_type="invalidSyntax",
            )
        found[spelling(name) or name] = value
    return found
