"""The core User (RFC 7643 section 4.1)."""

from lib.schema.model import Attribute, Schema


def _plural(name: str, description: str, value: Attribute, *, types: tuple[str, ...] = ()) -> Attribute:
    """A multi-valued attribute with the default sub-attributes of RFC 7643 section 2.4."""
    return Attribute(
        name,
        "complex",
        multi_valued=True,
        description=description,
        sub_attributes=(
            value,
            Attribute("display", description="The value as people read it."),
            Attribute("type", canonical_values=types, description="What the value is for."),
            Attribute(
                "primary", "boolean", description="Whether this is the preferred one; true at most once."
            ),
        ),
    )


_NAME = Attribute(
    "name",
    "complex",
    description="The parts of the person's name.",
    sub_attributes=(
        Attribute("formatted", description="The whole name as it is shown."),
        Attribute("familyName", description="Family name, or last name."),
        Attribute("givenName", description="Given name, or first name."),
        Attribute("middleName", description="Middle names."),
        Attribute("honorificPrefix", description="Title before the name, such as Ms."),
        Attribute("honorificSuffix", description="Suffix after the name, such as III."),
    ),
)

_ADDRESSES = Attribute(
    "addresses",
    "complex",
    multi_valued=True,
    description="Postal addresses.",
    sub_attributes=(
        Attribute("formatted", description="The whole address as it is printed."),
        Attribute("streetAddress", description="Street, house number, post box."),
        Attribute("locality", description="City."),
        Attribute("region", description="State or region."),
        Attribute("postalCode", description="Postal code."),
        Attribute("country", description="Country, as ISO 3166-1 alpha-2 code."),
        Attribute("type", canonical_values=("work", "home", "other"), description="What the address is for."),
        Attribute("primary", "boolean", description="Whether this is the preferred one; true at most once."),
    ),
)

_GROUPS = Attribute(
    "groups",
    "complex",
    multi_valued=True,
    mutability="readOnly",
    description="Groups that the user is in; changed through the groups.",
    sub_attributes=(
        Attribute("value", case_exact=True, mutability="readOnly", description="Identifier of the group."),
        Attribute(
            "$ref",
            "reference",
            case_exact=True,
            mutability="readOnly",
            reference_types=("Group",),
            description="Address of the group.",
        ),
        Attribute("display", mutability="readOnly", description="Name of the group."),
        Attribute(
            "type",
            mutability="readOnly",
            canonical_values=("direct", "indirect"),
            description="Whether the user is a member itself.",
        ),
    ),
)

_SINGLE = (
    Attribute("displayName", description="The name as it is shown."),
    Attribute("nickName", description="What the person is called by others."),
    Attribute(
        "profileUrl",
        "reference",
        case_exact=True,
        reference_types=("external",),
        description="Address of the person's profile.",
    ),
    Attribute("title", description="Job title."),
    Attribute("userType", description="Relation to the company, such as Employee or Contractor."),
    Attribute("preferredLanguage", description="Language, in the form of an Accept-Language header."),
    Attribute("locale", description="Locale for dates, numbers and currency, such as en-US."),
    Attribute("timezone", description="Time zone by its Olson name, such as Europe/Berlin."),
    Attribute("active", "boolean", description="Whether the user may use the company's applications."),
    Attribute(
        "password",
        case_exact=True,
        mutability="writeOnly",
        returned="never",
        description="Clear-text password; accepted and never returned.",
    ),
)

USER = Schema(
    urn="urn:ietf:params:scim:schemas:core:2.0:User",
    name="User",
    description="User account",
    attributes=(
        Attribute(
            "userName",
            required=True,
            uniqueness="server",
            description="Name the person signs in with; unique whatever its capitalisation.",
        ),
        _NAME,
        *_SINGLE,
        _plural(
            "emails",
            "E-mail addresses.",
            Attribute("value", description="The address."),
            types=("work", "home", "other"),
        ),
        _plural(
            "phoneNumbers",
            "Telephone numbers.",
            Attribute("value", description="The number."),
            types=("work", "home", "mobile", "fax", "pager", "other"),
        ),
        _plural(
            "ims",
            "Instant messaging addresses.",
            Attribute("value", description="The address."),
            types=("aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"),
        ),
        _plural(
            "photos",
            "Pictures of the person.",
            Attribute(
                "value",
                "reference",
                case_exact=True,
                reference_types=("external",),
                description="Address of the picture.",
            ),
            types=("photo", "thumbnail"),
        ),
        _ADDRESSES,
        _GROUPS,
        _plural(
            "entitlements",
            "What the person is entitled to.",
            Attribute("value", description="The entitlement."),
        ),
        _plural("roles", "Roles of the person.", Attribute("value", description="The role.")),
        _plural(
            "x509Certificates",
            "Certificates of the person.",
            Attribute("value", "binary", case_exact=True, description="DER certificate in Base64."),
        ),
    ),
)
