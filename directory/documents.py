"""From a stored resource to its whole neutral document, and from a document to the promoted columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from directory.emails import email_key, primary_email
from directory.models import KEY_LENGTH, Group, Resource, User
from lib.documents import Document, DocumentError
from lib.moments import utc_text
from lib.schema import ResourceSchema, Schema

_MARK = re.compile(r'-[0-9a-f]+(?="?\Z)')


def whole(resource: User | Group) -> Document:
    """What is stored plus `id` and `meta` (RFC 7643, 3.1), without members, groups and location."""
    return {
        **resource.document,
        "id": str(resource.id),
        "meta": meta_of(type(resource).__name__, resource.version, resource.created_at, resource.modified_at),
    }


def readable(document: Document, schema: ResourceSchema) -> Document:
    """Without what nobody may read: what people and the log get to see."""
    if not schema.hidden:
        return document
    return {name: _readable(value, schema.extension(name)) for name, value in document.items()}


def secrets_in(document: Document, schema: ResourceSchema) -> list[str]:
    """What nobody may read of a document, as texts, the longest first."""
    held = [
        inner
        for urn, value in document.items()
        if isinstance(value, dict) and (extension := schema.extension(urn))
        for name, inner in value.items()
        if (attribute := extension.attribute(name)) and attribute.is_hidden
    ]
    return sorted(set(_atoms(held)), key=len, reverse=True)


def _atoms(value: Any) -> Iterator[str]:
    match value:
        case dict():
            yield from _atoms(list(value.values()))
        case list():
            for inner in value:
                yield from _atoms(inner)
        case str() | int() | float() if value != "" and not isinstance(value, bool):
            yield str(value)


def _readable(value: Any, extension: Schema | None) -> Any:
    if extension is None or not isinstance(value, dict):
        return value
    hidden = {name for name in value if (found := extension.attribute(name)) and found.is_hidden}
    return {name: inner for name, inner in value.items() if name not in hidden}


def meta_of(
    kind: str, version: int, created_at: datetime, modified_at: datetime, others: str = ""
) -> Document:
    """`others` is as for `tag_of`."""
    return {
        "resourceType": kind,
        "created": utc_text(created_at),
        "lastModified": utc_text(modified_at),
        "version": tag_of(version, others),
    }


def version_tag(resource: User | Group, others: str = "") -> str:
    return tag_of(resource.version, others)


def tag_of(version: int, others: str = "") -> str:
    """Weak: one version has several representations (RFC 7644, 3.14).

    `others` is a mark of what the representation shows of other resources, which change by themselves.
    """
    return f'W/"{version}-{others}"' if others else f'W/"{version}"'


def own_version(tag: str) -> str:
    """The tag, with or without quotes, as it is without the mark of others."""
    return _MARK.sub("", tag)


def key(text: str) -> str:
    """What two names are compared by where case does not count."""
    return text.casefold()


def promote_user(user: User, document: Document) -> None:
    """Put a cleaned document and its promoted columns on a user. Raises DocumentError."""
    _promote(user, document)
    user.user_name = document["userName"]
    user.user_name_key = _indexed_key(user.user_name, "userName")
    user.display_name = _display_name(document)
    user.active = document.get("active")
    user.primary_email = _short(primary_email(document))
    user.email_key = email_key(user.primary_email)


def promote_group(group: Group, document: Document) -> None:
    """The same for a group, whose document has no members. Raises DocumentError."""
    _promote(group, document)
    group.display_name = document["displayName"]
    group.display_name_key = _indexed_key(group.display_name, "displayName")


def _indexed_key(text: str, name: str) -> str:
    """Some letters become three when case is folded, and then a name may not fit an index any more."""
    folded = key(text)
    if len(folded) > 2 * KEY_LENGTH:
        raise DocumentError(
            f"{name} is too long once its case is folded: send at most {KEY_LENGTH // 3} letters."
        )
    return folded


def _promote(resource: Resource, document: Document) -> None:
    resource.document = document
    resource.external_id = document.get("externalId")


def _display_name(document: Document) -> str:
    """For people: displayName, else what the parts of the name give."""
    name = document.get("name") or {}
    parts = f"{name.get('givenName') or ''} {name.get('familyName') or ''}".strip()
    return _short(document.get("displayName") or name.get("formatted") or parts)


def _short(text: str) -> str:
    length: int | None = User._meta.get_field("display_name").max_length
    return text[:length]


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Document, Document]:
    """The attributes that differ, as they were and as they are; an absent one is null."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}
