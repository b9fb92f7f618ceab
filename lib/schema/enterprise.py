"""The enterprise extension of the User (RFC 7643 section 4.3)."""

from lib.schema.model import Attribute, Schema

# RFC 7643 marks manager.displayName read-only; Okta sends it, and it is stored and returned as sent.
_MANAGER = Attribute(
    "manager",
    "complex",
    description="The person's manager.",
    sub_attributes=(
        Attribute("value", description="Identifier of the manager."),
        Attribute(
            "$ref",
            "reference",
            case_exact=True,
            reference_types=("User",),
            description="Address of the manager.",
        ),
        Attribute("displayName", description="Name of the manager as it is shown."),
    ),
)

ENTERPRISE_USER = Schema(
    urn="urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    name="EnterpriseUser",
    description="Enterprise User",
    attributes=(
        Attribute("employeeNumber", description="Number given by the company."),
        Attribute("costCenter", description="Cost center."),
        Attribute("organization", description="Organization."),
        Attribute("division", description="Division."),
        Attribute("department", description="Department."),
        _MANAGER,
    ),
)
