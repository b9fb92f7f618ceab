"""Values that no two users or groups of a tenant may share: rows, which a constraint watches."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from directory.errors import Conflict
from directory.extensions import UniqueValue
from directory.models import Group, User
from lib.documents import Document
from lib.filters.reading import get
from lib.moments import microseconds
from lib.schema import Attribute, ResourceSchema, Schema
from lib.statements import insertion, together

CHUNK = 500
MOST_SHOWN = 5

Unique = tuple[Schema, Attribute]
# Attribute in lower case, and digest.
Key = tuple[str, str]


def claim_values(resource: User | Group, schema: ResourceSchema, before: Document, after: Document) -> None:
    """Take the unique values that a change brings, and give up the others. Raises Conflict."""
    had, has = (set(_keys(document, schema.unique)) for document in (before, after))
    if had == has:
        return
    if had:
        give_up_values(resource, schema)
    if not has:
        return
    try:
        with transaction.atomic():
            together(insertion([_row(resource, key) for key in sorted(has)]))
    except IntegrityError as error:
        raise Conflict(_sentence(resource, schema, has)) from error


def give_up_values(resource: User | Group, schema: ResourceSchema) -> None:
    """Of a resource that goes, or takes others."""
    if schema.unique:
        UniqueValue.objects.filter(resource_id=resource.id).delete()


def watch(resources: QuerySet[Any], unique: Unique) -> list[str]:
    """Take the values that are there already. Returns the first ones that have what another has."""
    holding = resources.filter(document__has_key=unique[0].urn).order_by("created_at", "id")
    rows, late = holding.iterator(chunk_size=CHUNK), list[str]()
    while len(late) < MOST_SHOWN and (part := list(islice(rows, CHUNK))):
        late += _take(part, unique)
    return late[:MOST_SHOWN]


def stop_watching(tenant_id: uuid.UUID, unique: Unique) -> None:
    UniqueValue.objects.filter(tenant_id=tenant_id, attribute=_name(unique)).delete()


def _take(resources: Sequence[User | Group], unique: Unique) -> list[str]:
    wanted = [(resource, key) for resource in resources for key in _keys(resource.document, [unique])]
    taken = UniqueValue.objects.filter(tenant_id=resources[0].tenant_id, attribute=_name(unique))
    digests = [digest for _, (_, digest) in wanted]
    holders = dict(taken.filter(digest__in=digests).values_list("digest", "resource_id"))
    rows, late = [], []
    for resource, key in wanted:
        if key[1] not in holders:
            holders[key[1]] = resource.id
            rows.append(_row(resource, key))
        elif holders[key[1]] != resource.id:
            late.append(str(resource))
    UniqueValue.objects.bulk_create(rows, batch_size=CHUNK)
    return late


def _keys(document: Document, unique: Iterable[Unique]) -> Iterator[Key]:
    """An empty text is no value: Okta sends it for what a person does not have."""
    for extension, attribute in unique:
        held = get(document, extension.urn)
        value = get(held, attribute.name) if isinstance(held, dict) else None
        for one in value if isinstance(value, list) else [value]:
            if one not in (None, ""):
                yield _name((extension, attribute)), _digest(one, attribute)


def _digest(value: Any, attribute: Attribute) -> str:
    return hashlib.sha256(_comparable(value, attribute).encode()).hexdigest()


def _comparable(value: Any, attribute: Attribute) -> str:
    """The same for values that are equal by the attribute's type: 1 and 1.0, one moment in two zones."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str):
        return json.dumps(value, sort_keys=True)
    if attribute.type == "dateTime" and (moment := microseconds(value)) is not None:
        return str(moment)
    return value if attribute.case_exact else value.casefold()


def _name(unique: Unique) -> str:
    return f"{unique[0].urn}:{unique[1].name}".lower()


def _row(resource: User | Group, key: Key) -> UniqueValue:
    return UniqueValue(tenant_id=resource.tenant_id, resource_id=resource.id, attribute=key[0], digest=key[1])


def _sentence(resource: User | Group, schema: ResourceSchema, wanted: set[Key]) -> str:
    """Names the attribute whose value is taken; the value may have been given up this moment."""
    rows = UniqueValue.objects.filter(tenant_id=resource.tenant_id).exclude(resource_id=resource.id)
    taken = rows.filter(digest__in=[digest for _, digest in wanted]).values_list("attribute", "digest")
    names = {attribute for attribute, digest in taken if (attribute, digest) in wanted}
    spelled = [f"{extension.urn}:{attribute.name}" for extension, attribute in schema.unique]
    named = [name for name in spelled if name.lower() in names] or spelled
    return (
        f"{' and '.join(named)} must be unique, and another {type(resource).__name__.lower()} has this value."
    )
