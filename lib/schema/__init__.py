"""What SCIM resources look like: one description that validating, PATCH, filters and /Schemas share."""

from lib.schema.enterprise import ENTERPRISE_USER
from lib.schema.entitlements import ENTITLEMENT, ROLE
from lib.schema.group import GROUP
from lib.schema.model import Attribute, ResourceSchema, Schema
from lib.schema.representation import to_scim
from lib.schema.user import USER

USER_RESOURCE = ResourceSchema(core=USER, extensions=(ENTERPRISE_USER,))
GROUP_RESOURCE = ResourceSchema(core=GROUP, extensions=())

__all__ = [
    "ENTERPRISE_USER",
    "ENTITLEMENT",
    "GROUP",
    "GROUP_RESOURCE",
    "ROLE",
    "USER",
    "USER_RESOURCE",
    "Attribute",
    "ResourceSchema",
    "Schema",
    "to_scim",
]
