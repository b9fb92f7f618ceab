"""PATCH (RFC 7644 section 3.5.2): edits a copy of a document and sets changes of members apart."""

from scim.patch.engine import apply
from scim.patch.errors import PatchError
from scim.patch.members import split_members

__all__ = ["PatchError", "apply", "split_members"]
