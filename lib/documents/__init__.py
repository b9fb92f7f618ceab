"""The neutral document: a SCIM 2.0 resource as JSON, read strictly and brought into one spelling."""

from lib.documents.cleaning import clean
from lib.documents.document import Document, DocumentError
from lib.documents.extensions import respelled, with_unsent
from lib.documents.limits import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_INDEXED_LENGTH,
    check_value,
)
from lib.documents.members import Member, read_members, take_members
from lib.documents.names import canonical_names
from lib.documents.parsing import parse

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_INDEXED_LENGTH",
    "Document",
    "DocumentError",
    "Member",
    "canonical_names",
    "check_value",
    "clean",
    "parse",
    "read_members",
    "respelled",
    "take_members",
    "with_unsent",
]
