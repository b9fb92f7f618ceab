"""What is there before web and worker start: tables, and at the first start a tenant to try things with.

python -m project.first_run
"""

import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction

from project import data_folder, hr_application

if TYPE_CHECKING:
    from tenants.models import Tenant

TENANT, ADMINISTRATOR = "acme", "admin"


def prepare(folder: Path) -> None:
    """Bring the tables up to date, make a first tenant where there is none, keep `first-run.json` true."""
    from tenants.models import Tenant  # models can be imported only once the apps are loaded

    call_command("migrate", interactive=False, verbosity=0)
    path, database = folder / "first-run.json", folder / "hr.sqlite3"
    hr_application.create(database)
    with transaction.atomic():
        if not Tenant.objects.exists():
            # Written before the commit: tokens that could not be written down are of no use to anyone.
            write(path, first_tenant(database) | addresses())
        elif path.exists():
            # The port may be another one than last time.
            write(path, json.loads(path.read_text(encoding="utf-8")) | addresses())


def first_tenant(database: Path) -> dict[str, str]:
    """A tenant with tokens, an administrator and the demo target; what only this moment knows of them."""
    from audit.actor import system_actor
    from downstream.services import add_target
    from tenants.services import open_tenant

    by = system_actor()
    tenant, issued = open_tenant(TENANT, by=by)
    add_target(tenant, name="HR", kind="sql", config=hr_application.target_config(database), by=by)
    return {
        "tenant": tenant.name,
        "token": issued.scim.token,
        "logs_token": issued.logs.token,
        "user": ADMINISTRATOR,
        "password": first_administrator(tenant),
        "hr_database": str(database),
    }


def first_administrator(tenant: "Tenant") -> str:
    """Someone who may do everything, here and in `/admin/`. Returns the password."""
    from tenants.models import Operator, Role

    password = secrets.token_urlsafe(12)
    user = get_user_model().objects.create_superuser(ADMINISTRATOR, password=password)
    Operator.objects.create(user=user, tenant=tenant, role=Role.ADMIN)
    return password


def addresses() -> dict[str, str]:
    return {
        "dashboard": f"{settings.BASE_URL}/",
        "scim_v2": f"{settings.BASE_URL}/scim/v2/",
        "logs": f"{settings.BASE_URL}/api/v1/logs",
    }


def write(path: Path, first: dict[str, str]) -> None:
    data_folder.write_private(path, json.dumps(first, indent=2) + "\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    prepare(settings.DATA_DIR)
