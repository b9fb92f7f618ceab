"""The discovery documents: true to what is implemented (RFC 7643, 5 to 7)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django_scim.constants import SchemaURI
from django_scim.models import SCIMServiceProviderConfig
from django_scim.settings import scim_settings

from lib.documents import Document
from lib.schema import GROUP_RESOURCE, USER_RESOURCE, ResourceSchema, to_scim
from scim.bulk.reading import MAX_OPERATIONS
from scim.hooks import base_location
from scim.lists import MOST_RESULTS, USUAL_RESULTS


class ServiceProviderConfig(SCIMServiceProviderConfig):
    def to_dict(self) -> dict[str, Any]:
        return {
            "schemas": [SchemaURI.SERVICE_PROVIDER_CONFIG],
            "patch": {"supported": True},
            "bulk": {
                "supported": True,
                "maxOperations": MAX_OPERATIONS,
                "maxPayloadSize": settings.MAX_BODY_BYTES,
            },
            "filter": {"supported": True, "maxResults": MOST_RESULTS},
            "changePassword": {"supported": False},
            "sort": {"supported": True},
            "etag": {"supported": True},
            # RFC 9865, 4. A cursor is a place, not a session: it never expires.
            "pagination": {
                "cursor": True,
                "index": True,
                "defaultPaginationMethod": "index",
                "defaultPageSize": USUAL_RESULTS,
                "maxPageSize": MOST_RESULTS,
            },
            "authenticationSchemes": scim_settings.AUTHENTICATION_SCHEMES,
            "meta": self.meta,
        }


def schemas() -> list[Document]:
    """What django-scim2 asks for when it is loaded: without a tenant."""
    return published_schemas(USER_RESOURCE, GROUP_RESOURCE)


def published_schemas(user: ResourceSchema, group: ResourceSchema) -> list[Document]:
    """The core first; `meta` needs the address that a request knows."""
    return [to_scim(schema) for schema in (user.core, group.core, *user.extensions, *group.extensions)]


def with_meta(document: Document, kind: str, url_name: str, request: HttpRequest) -> Document:
    path = reverse(url_name, kwargs={"uuid": document["id"]})
    location = base_location(request).rstrip("/") + path
    return {**document, "meta": {"resourceType": kind, "location": location}}


def user_type(schema: ResourceSchema) -> Document:
    return _type("/Users", schema)


def group_type(schema: ResourceSchema) -> Document:
    return _type("/Groups", schema)


def _type(endpoint: str, schema: ResourceSchema) -> Document:
    """Without `schemaExtensions` where there are none."""
    extensions = [{"schema": found.urn, "required": found.is_required} for found in schema.extensions]
    return {
        "schemas": [SchemaURI.RESOURCE_TYPE],
        "id": schema.core.name,
        "name": schema.core.name,
        "endpoint": endpoint,
        "description": schema.core.description,
        "schema": schema.core.urn,
        **({"schemaExtensions": extensions} if extensions else {}),
    }
