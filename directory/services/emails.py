"""Keeps the rows of further e-mail addresses in step with documents, in the transaction of the change."""

from __future__ import annotations

from directory.emails import further_keys
from directory.models import FurtherEmail, User
from lib.documents import Document

CHUNK = 500


def keep_emails(user: User, before: Document | None = None) -> None:
    """No statement if the further addresses are those of `before`, which for nearly all users are none."""
    had, has = further_keys(before or {}), further_keys(user.document)
    if gone := had - has:
        user.further_emails.filter(key__in=gone).delete()
    rows = [FurtherEmail(tenant_id=user.tenant_id, user=user, key=key) for key in sorted(has - had)]
    if rows:
        FurtherEmail.objects.bulk_create(rows, batch_size=CHUNK)


def forget_emails(user: User) -> None:
    """Nobody looks for a deleted user."""
    if further_keys(user.document):
        user.further_emails.all().delete()
