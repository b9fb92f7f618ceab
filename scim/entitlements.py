"""The catalogue of roles and entitlements as SCIM shows it: resources, filters, and what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.urls import reverse
from django_scim.constants import SchemaURI

from directory.catalogue import Entitlement
from directory.documents import key
from lib.documents import Document
from lib.filters import FilterError, Path, attribute_path, parse_filter
from lib.filters.absent import ABSENT, NO_ELEMENTS
from lib.filters.columns import Made, Text
from lib.filters.queries import Column, compile_filter
from lib.filters.sorting import sort_key
from lib.moments import utc_text
from lib.schema import ENTITLEMENT, ROLE, ResourceSchema, Schema, to_scim
from scim.adapters import Adapter
from scim.discovery import with_meta
from scim.filters import COMMON, knows_any
from scim.hooks import base_location
from scim.projection import Projection

COLUMNS: Mapping[str, Column] = {
    **{name: column for name, column in COMMON.items() if name.startswith("meta")},
    "meta.resourcetype": Made(F("type"), case_exact=True),
    "id": Made(F("value"), case_exact=True),
    "displayname": Text("display_name_key", fold=key),
    "description": Made(F("description")),
    "type": Made(F("type")),
}


ROLES, ENTITLEMENTS = ResourceSchema(core=ROLE), ResourceSchema(core=ENTITLEMENT)


class EntitlementAdapter(Adapter):
    """One entry of the catalogue, to be read."""

    id_field = "value"
    url_name = "scim:entitlements"

    @property
    def schema(self) -> ResourceSchema:
        return ROLES if self.obj.is_role else ENTITLEMENTS

    @property
    def location(self) -> str:
        path = reverse(self.url_name, kwargs={"kind": self.obj.type, "uuid": self.id})
        return base_location(self.request).rstrip("/") + path

    def to_dict(self, projection: Projection | None = None) -> Document:
        projection = projection or Projection.read(self.request.GET)
        document = document_of(self.obj)
        document["meta"] |= {"location": self.location, "version": self.tag(projection)}
        return projection.apply(document, self.schema)

    def _mark_of_others(self, projection: Projection) -> str:
        return ""


def document_of(entitlement: Entitlement) -> Document:
    """Without location and version. Okta knows a role by its schema and other entitlements by their type."""
    told = {
        "displayName": entitlement.display_name,
        "type": "" if entitlement.is_role else entitlement.type,
        "description": entitlement.description,
    }
    return {
        "schemas": [schema_of(entitlement.type).urn],
        "id": entitlement.value,
        **{name: text for name, text in told.items() if text},
        "meta": {
            "resourceType": entitlement.type,
            "created": utc_text(entitlement.created_at),
            "lastModified": utc_text(entitlement.modified_at),
        },
    }


def schema_of(type_name: str) -> Schema:
    return ROLE if type_name == ROLE.name else ENTITLEMENT


def matching(query: str, elsewhere: Sequence[ResourceSchema] = ()) -> Q:
    """What only the schemas `elsewhere` know is absent here. Raises FilterError."""
    return compile_filter(
        parse_filter(query),
        lambda path: _column(path, elsewhere),
        lambda path: NO_ELEMENTS if knows_any(elsewhere, path) else None,
    )


def key_at(by: str, elsewhere: Sequence[ResourceSchema] = ()) -> Combinable:
    """What a list is ordered by at that path. Raises FilterError."""
    path = attribute_path(by)
    if column := _column(path, elsewhere):
        return sort_key(column, path)
    raise FilterError(f"{path} is no attribute that can be sorted by.")


def _column(path: Path, elsewhere: Sequence[ResourceSchema]) -> Column | None:
    name = f"{path.name}.{path.sub}" if path.sub else path.name
    is_ours = not path.urn or path.urn.lower() in {ROLE.urn.lower(), ENTITLEMENT.urn.lower()}
    if is_ours and (column := COLUMNS.get(name.lower())):
        return column
    return ABSENT if knows_any(elsewhere, path) else None


def published_types(request: Any) -> dict[str, Document]:
    """Only types that have an entry: Okta's import fails on a list that is empty."""
    names = request.tenant.entitlements.types()
    return {name: with_meta(_type(name), "ResourceType", "scim:resource-types", request) for name in names}


def _type(name: str) -> Document:
    return {
        "schemas": [SchemaURI.RESOURCE_TYPE],
        "id": name,
        "name": name,
        "endpoint": f"/{name}s",
        "description": f"{name}s that users can have",
        "schema": schema_of(name).urn,
    }


def published_schemas(request: Any) -> dict[str, Document]:
    """Those of the types that are published."""
    schemas = {schema_of(name) for name in request.tenant.entitlements.types()}
    return {
        schema.urn: with_meta(to_scim(schema), "Schema", "scim:schemas", request)
        for schema in sorted(schemas, key=lambda schema: schema.name)
    }
