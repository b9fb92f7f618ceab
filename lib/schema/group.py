"""The core Group (RFC 7643 section 4.2)."""

from lib.schema.model import Attribute, Schema

_MEMBERS = Attribute(
    "members",
    "complex",
    multi_valued=True,
    description="Users and groups in the group.",
    sub_attributes=(
        Attribute("value", case_exact=True, mutability="immutable", description="Identifier of the member."),
        Attribute(
            "$ref",
            "reference",
            case_exact=True,
            mutability="readOnly",
            reference_types=("User", "Group"),
            description="Address of the member.",
        ),
        Attribute("display", mutability="immutable", description="Name of the member as it is shown."),
        Attribute(
            "type",
            mutability="immutable",
            canonical_values=("User", "Group"),
            description="Kind of the member.",
        ),
    ),
)

GROUP = Schema(
    urn="urn:ietf:params:scim:schemas:core:2.0:Group",
    name="Group",
    description="Group",
    attributes=(
        Attribute("displayName", required=True, description="Name of the group."),
        _MEMBERS,
    ),
)
