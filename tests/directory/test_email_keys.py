"""The migration that fills in the keys of e-mail addresses of users who are here already."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from directory.models import FurtherEmail, User
from directory.services import create_user, delete_user
from tenants.models import Tenant
from tests.factories import USER_SCHEMA, actor, make_user

TWO = [{"value": "Ada@Work.example", "type": "work", "primary": True}, {"value": "Ada@Home.example"}]


@pytest.fixture
def migration() -> ModuleType:
    """Found by its subject: numbers change when branches meet."""
    loader = MigrationLoader(None)
    names = [name for app, name in loader.disk_migrations if app == "directory"]
    (name,) = (name for name in names if name.endswith("_email_keys"))
    return __import__(f"directory.migrations.{name}", fromlist=["fill"])


def keys(tenant: Tenant) -> dict[str, Any]:
    """The key of each user's primary address and those of the others."""
    return {
        user.user_name: (user.email_key, *user.further_emails.values_list("key", flat=True).order_by("key"))
        for user in User.objects.filter(tenant=tenant)
    }


def test_the_keys_of_all_living_users_are_filled_in_by_batches(
    tenant: Tenant, migration: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        make_user(tenant, f"user{number}")
    make_user(tenant, "ada", emails=TWO)
    create_user(tenant, {"schemas": [USER_SCHEMA], "userName": "nobody"}, by=actor())
    delete_user(tenant, make_user(tenant, "gone", emails=TWO).id, by=actor())
    before = keys(tenant)
    User.objects.update(email_key="")
    FurtherEmail.objects.all().delete()
    monkeypatch.setattr(migration, "BATCH", 2)

    migration.fill(apps, SimpleNamespace(connection=connection))

    assert before["ada"] == ("ada@work.example", "ada@home.example")
    assert keys(tenant) == {**before, "gone": ("",)}
