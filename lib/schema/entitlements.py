"""Okta's resource types for what users can be granted: roles and other entitlements.

Source: developer.okta.com, "Build a SCIM 2.0 server with entitlements". Clients read them and write none.
"""

from lib.schema.model import Attribute, Schema

# What a type of entitlements may be called: it is the name of a resource type, and with an s its address.
TYPE_NAME = r"^(?!(?:User|Group|Schema|ResourceType)\Z)[A-Z][A-Za-z0-9]{0,62}\Z"
TYPE_NAME_RULE = (
    "Begin with a capital letter and go on with letters and digits, at most 63, such as License; "
    "User, Group, Schema and ResourceType have another meaning."
)


def _read_only(name: str, description: str) -> Attribute:
    return Attribute(name, mutability="readOnly", description=description)


_DISPLAY_NAME = _read_only("displayName", "The name as it is shown.")
_DESCRIPTION = _read_only("description", "What it allows, in at most 1000 characters.")

ROLE = Schema(
    urn="urn:okta:scim:schemas:core:1.0:Role",
    name="Role",
    description="A role that users can have; its id is the value in the roles of a user",
    attributes=(_DISPLAY_NAME, _DESCRIPTION),
)

ENTITLEMENT = Schema(
    urn="urn:okta:scim:schemas:core:1.0:Entitlement",
    name="Entitlement",
    description="Something that users can be entitled to; its id is the value in the entitlements of a user",
    attributes=(
        _DISPLAY_NAME,
        _read_only("type", "The name of its resource type, and the type in the entitlements of a user."),
        _DESCRIPTION,
    ),
)
