"""By which keys a user is found by an e-mail address."""

from __future__ import annotations

from directory.models import EMAIL_KEY_LENGTH
from lib.documents import Document

_DOT_ABOVE, _DOTLESS = "\u0307", "\u0131"


def email_key(address: str) -> str:
    """The same for all addresses that any database takes for equal in another case; others may share it.

    So it leads to those that have to be compared, and is no comparison. Databases disagree on the dots of i,
    which it leaves out; what is long it cuts.
    """
    return address.casefold().replace(_DOT_ABOVE, "").replace(_DOTLESS, "i")[:EMAIL_KEY_LENGTH]


def primary_email(document: Document) -> str:
    """The address marked primary, else the first."""
    emails = _emails(document)
    primary = next((email for email in emails if email.get("primary") is True), emails[0] if emails else {})
    return primary.get("value") or ""


def further_keys(document: Document) -> set[str]:
    """Of the addresses beside the primary one, which nearly all users are without."""
    keys = {email_key(email.get("value") or "") for email in _emails(document)}
    return keys - {"", email_key(primary_email(document))}


def _emails(document: Document) -> list[Document]:
    return [email for email in document.get("emails") or [] if isinstance(email, dict)]
