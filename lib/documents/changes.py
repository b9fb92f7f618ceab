"""Changes of a group's members, as rows: the only part of a document that is not edited as a document."""

from __future__ import annotations

from dataclasses import dataclass

from lib.documents.members import Member


@dataclass(frozen=True)
class AddMembers:
    """Those that are members already stay as they are."""

    members: tuple[Member, ...]


@dataclass(frozen=True)
class RemoveMembers:
    """By `value`; those that are no members are passed over."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class RemoveAllMembers:
    """The group is empty afterwards."""


@dataclass(frozen=True)
class ReplaceMembers:
    """The group has exactly these afterwards."""

    members: tuple[Member, ...]


MemberChange = AddMembers | RemoveMembers | RemoveAllMembers | ReplaceMembers
