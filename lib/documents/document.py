"""The document's type, and the one way in which it can be wrong."""

from typing import Any, Literal

Document = dict[str, Any]
ScimType = Literal[
    "invalidFilter",
    "invalidPath",
    "invalidSyntax",
    "invalidValue",
    "mutability",
    "noTarget",
    "tooMany",
    "uniqueness",
]


class DocumentError(ValueError):
    """What was sent is no such resource: a sentence with attribute and remedy, and RFC 7644's `scimType`."""

    def __init__(self, message: str, *, scim_type: ScimType = "invalidValue") -> None:
        super().__init__(message)
        self.scim_type = scim_type
