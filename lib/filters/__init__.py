"""The filter language of SCIM (RFC 7644 section 3.4.2.2): text to tree, and a tree applied to one element."""

from lib.filters.matching import matches
from lib.filters.parser import attribute_path, parse_filter, parse_path
from lib.filters.tree import (
    And,
    Compare,
    Filter,
    FilterError,
    Not,
    Operator,
    Or,
    PatchPath,
    Path,
    Present,
    UnknownOperator,
    Value,
    ValuePath,
)

__all__ = [
    "And",
    "Compare",
    "Filter",
    "FilterError",
    "Not",
    "Operator",
    "Or",
    "PatchPath",
    "Path",
    "Present",
    "UnknownOperator",
    "Value",
    "ValuePath",
    "attribute_path",
    "matches",
    "parse_filter",
    "parse_path",
]
