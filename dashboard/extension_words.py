"""What types and rules of attributes are called on pages."""

from __future__ import annotations

TYPES = [
    ("string", "Text"),
    ("boolean", "True or false"),
    ("integer", "Whole number"),
    ("decimal", "Number"),
    ("dateTime", "Moment"),
    ("reference", "Reference (URI)"),
    ("binary", "Binary (Base64)"),
    ("complex", "Has parts"),
]
MUTABILITIES = [
    ("readWrite", "At any time"),
    ("immutable", "Once, then it stays"),
    ("readOnly", "Not by clients"),
    ("writeOnly", "At any time, and never shown"),
]
RETURNED = [
    ("default", "Unless left out"),
    ("always", "Always"),
    ("request", "Only when asked for"),
    ("never", "Never"),
]
