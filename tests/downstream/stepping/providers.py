"""What identity providers ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from directory.errors import Conflict
from directory.services import change_group, change_user, create_group, create_user, delete_group, delete_user
from lib.documents import Member
from lib.documents.changes import AddMembers, RemoveMembers
from tests.downstream.stepping.machine import WHICH, Machine, chosen
from tests.factories import GROUP_SCHEMA, actor, user_document

NAMES = st.sampled_from(["ada", "bob", "cyd"])
TEAMS = st.sampled_from(["Engineers", "Finance"])
TITLES = st.sampled_from(["Dr", "Prof", "Sir"])


class Providers(Machine):
    @rule(name=NAMES)
    def create_a_user(self, name: str) -> None:
        unless_taken(lambda: create_user(self.world.tenant, user_document(name), by=actor()))

    @rule(
        which=WHICH,
        change=st.one_of(
            NAMES.map(lambda name: {"userName": name}),
            TITLES.map(lambda title: {"displayName": title}),
            st.booleans().map(lambda active: {"active": active}),
        ),
    )
    def change_a_user(self, which: int, change: dict[str, Any]) -> None:
        if user := chosen(self.world.users, which):
            unless_taken(
                lambda: change_user(self.world.tenant, user.id, lambda old: {**old, **change}, by=actor())
            )

    @rule(which=WHICH)
    def delete_a_user(self, which: int) -> None:
        if user := chosen(self.world.users, which):
            delete_user(self.world.tenant, user.id, by=actor())

    @rule(name=TEAMS)
    def create_a_group(self, name: str) -> None:
        if name not in [group.display_name for group in self.world.groups]:
            create_group(self.world.tenant, {"schemas": [GROUP_SCHEMA], "displayName": name}, by=actor())

    @rule(which=WHICH, name=TEAMS)
    def rename_a_group(self, which: int, name: str) -> None:
        group = chosen(self.world.groups, which)
        if group and name not in [other.display_name for other in self.world.groups]:
            change_group(self.world.tenant, group.id, lambda old: {**old, "displayName": name}, by=actor())

    @rule(which=WHICH)
    def delete_a_group(self, which: int) -> None:
        if group := chosen(self.world.groups, which):
            delete_group(self.world.tenant, group.id, by=actor())

    @rule(which=WHICH, member=WHICH, comes=st.booleans())
    def change_a_member(self, which: int, member: int, comes: bool) -> None:
        group, user = chosen(self.world.groups, which), chosen(self.world.users, member)
        if group and user:
            change = AddMembers((Member(str(user.id)),)) if comes else RemoveMembers((str(user.id),))
            change_group(self.world.tenant, group.id, lambda old: old, [change], by=actor())


def unless_taken(change: Callable[[], object]) -> None:
    """Names are unique."""
    try:
        change()
    except Conflict:
        return
