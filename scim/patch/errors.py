"""The one way in which a PATCH can be wrong."""

from lib.documents import DocumentError


class PatchError(DocumentError):
    """The operations cannot be applied; `scim_type` is that of RFC 7644 table 9."""
