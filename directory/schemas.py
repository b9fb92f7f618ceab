"""What a tenant's users and groups can hold: the core, and the extensions that the tenant defines."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import lru_cache

from directory.extensions import Extension
from lib.schema import GROUP_RESOURCE, USER_RESOURCE, ResourceSchema, Schema
from lib.schema.definitions import read_attributes
from tenants.models import Tenant

REMEMBERED = 1_000

_CORE: Mapping[str, ResourceSchema] = {
    Extension.Resource.USER: USER_RESOURCE,
    Extension.Resource.GROUP: GROUP_RESOURCE,
}


def user_schema(tenant: Tenant) -> ResourceSchema:
    return schema_of(tenant, Extension.Resource.USER)


def group_schema(tenant: Tenant) -> ResourceSchema:
    return schema_of(tenant, Extension.Resource.GROUP)


def schema_of(tenant: Tenant, resource: str) -> ResourceSchema:
    """As of the version on the tenant's row: reading that row is what notices a change elsewhere."""
    if not tenant.schema_version:
        return _CORE[resource]
    return _schemas(tenant.id, tenant.schema_version)[resource]


def defined(extension: Extension) -> Schema:
    """The schema that a row defines."""
    return Schema(
        urn=extension.urn,
        name=extension.name,
        description=extension.description,
        attributes=read_attributes(extension.attributes),
    )


@lru_cache(maxsize=REMEMBERED)
def _schemas(tenant_id: uuid.UUID, version: int) -> Mapping[str, ResourceSchema]:
    """One statement a version in each process. What is read may be newer than the version, never older."""
    rows = list(Extension.objects.filter(tenant_id=tenant_id).order_by("created_at", "id"))
    return {
        resource: ResourceSchema(
            core=core.core,
            extensions=(*core.extensions, *(defined(row) for row in rows if row.resource == resource)),
        )
        for resource, core in _CORE.items()
    }
