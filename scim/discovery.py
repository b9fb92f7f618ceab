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
from lib.schema import ENTERPRISE_USER, GROUP, USER, to_scim
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
            "sort": {"supported": False},
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
    """What django-scim2 asks for when it is loaded; `meta` needs the address that a request knows."""
    return [to_scim(schema) for schema in (USER, GROUP, ENTERPRISE_USER)]


def with_meta(document: Document, kind: str, url_name: str, request: HttpRequest) -> Document:
    path = reverse(url_name, kwargs={"uuid": document["id"]})
    location = base_location(request).rstrip("/") + path
    return {**document, "meta": {"resourceType": kind, "location": location}}


def user_type() -> Document:
    extension = {"schema": ENTERPRISE_USER.urn, "required": False}
    return {**_type("User", "/Users", USER.urn, USER.description), "schemaExtensions": [extension]}


def group_type() -> Document:
    return _type("Group", "/Groups", GROUP.urn, GROUP.description)


def _type(name: str, endpoint: str, schema: str, description: str) -> Document:
    return {
        "schemas": [SchemaURI.RESOURCE_TYPE],
        "id": name,
        "name": name,
        "endpoint": endpoint,
        "description": description,
        "schema": schema,
    }
