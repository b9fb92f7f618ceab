"""Changes of what a tenant's users and groups can hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.services import record
from directory.documents import difference
from directory.errors import NotFound
from directory.extensions import Extension
from directory.models import Group, User
from directory.schemas import defined
from directory.services.unique_values import stop_watching, watch
from lib.documents.extensions import is_empty
from lib.filters.reading import get
from lib.schema import GROUP_RESOURCE, USER_RESOURCE, Attribute, Schema, to_scim
from lib.schema.definitions import DefinitionError, Problem
from lib.schema.rules import problems_of
from tenants.models import Tenant

MOST_EXTENSIONS = 20
CHUNK = 500

_OURS = [schema.urn for kind in (USER_RESOURCE, GROUP_RESOURCE) for schema in (kind.core, *kind.extensions)]


@transaction.atomic
def define_extension(tenant: Tenant, resource: str, schema: Schema, *, by: Actor) -> Extension:
    """Raises DefinitionError. Values that came under the URN before are kept, and judged when they change."""
    _raise_version(tenant)
    _refuse(problems_of(schema), _problems_beside_others(tenant, schema))
    extension = Extension(tenant=tenant, resource=resource)
    _put(extension, schema)
    extension.save(force_insert=True)
    _watch_unique(extension, None, schema)
    _log(EventType.EXTENSION_DEFINED, extension, None, schema, by=by)
    return extension


@transaction.atomic
def change_extension(extension: Extension, schema: Schema, *, by: Actor) -> Extension:
    """Raises DefinitionError and NotFound. The URN stays, since documents and Okta go by it.

    Values that users and groups have stay, whatever becomes of the attribute; a value is judged by the new
    definition when it is changed.
    """
    before = _locked(extension)
    if schema.urn != before.urn:
        raise DefinitionError(
            Problem("urn", f"The URN stays {before.urn}: define another extension instead.")
        )
    _refuse(problems_of(schema), _exposures(extension, before, schema.attributes))
    if schema == before:
        return extension
    _put(extension, schema)
    extension.save(force_update=True)
    _watch_unique(extension, before, schema)
    _log(EventType.EXTENSION_CHANGED, extension, before, schema, by=by)
    return extension


@transaction.atomic
def delete_extension(extension: Extension, *, by: Actor) -> None:
    """Values stay in documents, as those of an unknown extension. Raises DefinitionError and NotFound."""
    before = _locked(extension)
    _refuse(_exposures(extension, before, ()))
    for attribute in before.attributes:
        stop_watching(extension.tenant_id, (before, attribute))
    _log(EventType.EXTENSION_DELETED, extension, before, None, by=by)
    extension.delete()


def _raise_version(tenant: Tenant) -> None:
    """First, as it locks the tenant: one change of its schema at a time."""
    Tenant.objects.filter(id=tenant.id).update(schema_version=F("schema_version") + 1)


def _locked(extension: Extension) -> Schema:
    """What it defines, under the lock. Raises NotFound."""
    _raise_version(extension.tenant)
    try:
        extension.refresh_from_db()
    except Extension.DoesNotExist as error:
        raise NotFound(f"There is no extension {extension.urn} any more.") from error
    return defined(extension)


def _put(extension: Extension, schema: Schema) -> None:
    extension.urn, extension.urn_key = schema.urn, schema.urn.lower()
    extension.name, extension.description = schema.name, schema.description
    extension.attributes = to_scim(schema)["attributes"]


def _refuse(*found: list[Problem]) -> None:
    if problems := [problem for some in found for problem in some]:
        raise DefinitionError(*problems)


def _problems_beside_others(tenant: Tenant, schema: Schema) -> list[Problem]:
    """`urn:x:y` has no attribute z beside an extension `urn:x:y:z`: a path could mean either."""
    others = list(Extension.objects.filter(tenant=tenant).values_list("urn", flat=True))
    if len(others) >= MOST_EXTENSIONS:
        return [Problem("urn", f"At most {MOST_EXTENSIONS} extensions are possible: add to one of them.")]
    urn = schema.urn.lower()
    for other in [*_OURS, *others]:
        if urn == other.lower():
            return [Problem("urn", f"{other} is defined already: change that one, or choose another URN.")]
        if f"{urn}:".startswith(f"{other.lower()}:") or f"{other.lower()}:".startswith(f"{urn}:"):
            return [Problem("urn", f"One of this and {other} begins with the other: choose another URN.")]
    return []


def _exposures(extension: Extension, before: Schema, after: Sequence[Attribute]) -> list[Problem]:
    """What is not hidden any more is shown, be it undefined now: a secret must not come out by the way."""
    hidden = {attribute.name.lower() for attribute in after if attribute.is_hidden}
    return [
        Problem(
            "attributes", f"People have {attribute.name}, which would be shown: remove their values first."
        )
        for attribute in before.attributes
        if attribute.is_hidden and attribute.name.lower() not in hidden and _is_held(extension, attribute)
    ]


def _is_held(extension: Extension, attribute: Attribute) -> bool:
    """By somebody, in whichever capitalisation the document was written."""
    written = _living(extension).annotate(text=Cast("document", TextField()))
    documents = written.filter(text__icontains=f'"{attribute.name}"').values_list("document", flat=True)
    return any(
        isinstance(held := get(document, extension.urn), dict) and not is_empty(get(held, attribute.name))
        for document in documents.iterator(chunk_size=CHUNK)
    )


def _watch_unique(extension: Extension, before: Schema | None, after: Schema) -> None:
    """Raises DefinitionError if values that must be unique from now on are not."""
    old = before.attributes if before else ()
    for attribute in old:
        if attribute.uniqueness == "server" and attribute not in after.attributes:
            stop_watching(extension.tenant_id, (after, attribute))
    for place, attribute in enumerate(after.attributes):
        is_new = attribute.uniqueness == "server" and attribute not in old
        if is_new and (late := watch(_living(extension), (after, attribute))):
            raise DefinitionError(_shared(place, attribute, late))


def _living(extension: Extension) -> QuerySet[Any]:
    model = User if extension.resource == Extension.Resource.USER else Group
    living: QuerySet[Any] = model.objects.filter(tenant_id=extension.tenant_id).living()
    return living


def _shared(place: int, attribute: Attribute, late: list[str]) -> Problem:
    names = ", ".join(late)
    sentence = (
        f"{attribute.name} is not unique yet: {names} have a value that others have too. Change it first."
    )
    return Problem(f"attributes[{place}].uniqueness", sentence)


def _log(
    kind: EventType, extension: Extension, before: Schema | None, after: Schema | None, *, by: Actor
) -> None:
    old, new = difference(dict(_told(before)), dict(_told(after)))
    subject = Subject(
        SubjectType.SCHEMA,
        str(extension.id),
        extension.name,
        extension.urn,
        Change(old, new) if new else None,
    )
    record(extension.tenant_id, Entry(type=kind, actor=by, subjects=(subject,)))


def _told(schema: Schema | None) -> Iterator[tuple[str, Any]]:
    """A definition as an event shows it: by attribute and part, so that only what changed is told."""
    if schema:
        yield from (("urn", schema.urn), ("name", schema.name), ("description", schema.description))
        for whole in to_scim(schema)["attributes"]:
            parts = whole.pop("subAttributes", [])
            yield f"attribute {whole['name']}", whole
            yield from ((f"attribute {whole['name']}.{part['name']}", part) for part in parts)
