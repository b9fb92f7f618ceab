"""How a change of the schema reaches every process, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory import schemas
from directory.services import change_extension, delete_extension
from tenants.models import Tenant
from tests.factories import actor, make_target, make_user, user_document
from tests.schemas import CUSTOM, custom, define
from tests.scim.client import ScimClient, assert_scim_error, body
from tests.scim.test_costs import statements

LEVEL = {"name": "level", "type": "integer"}


def sent(name: str, level: Any) -> dict[str, Any]:
    return {"userName": name, CUSTOM: {"level": level}}


def test_each_change_holds_from_the_next_request_on(okta: ScimClient, tenant: Tenant) -> None:
    before = okta.post("/Users", sent("a", "seven"))
    extension = define(tenant, LEVEL)
    defined = okta.post("/Users", sent("b", "seven"))
    change_extension(extension, custom({"name": "level"}), by=actor())
    changed = okta.post("/Users", sent("b", "seven"))
    delete_extension(extension, by=actor())
    deleted = okta.post("/Users", sent("c", {"any": "thing"}))

    assert before.status_code == 201
    assert_scim_error(defined, 400, "invalidValue")
    assert changed.status_code == 201
    assert deleted.status_code == 201
    assert CUSTOM not in str(body(okta.get("/Schemas")))


@pytest.mark.django_db(transaction=True)
def test_a_change_in_another_process_holds_from_the_next_request_on(okta: ScimClient, tenant: Tenant) -> None:
    define(tenant, {"name": "other"}, urn="urn:okta:other:1.0:user:custom")
    before = okta.post("/Users", sent("a", "seven"))
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        f"connection.settings_dict['NAME'] = {settings.DATABASES['default']['NAME']!r}\n"
        "from tenants.models import Tenant\n"
        "from tests.schemas import define\n"
        f"define(Tenant.objects.get(id={str(tenant.id)!r}), {LEVEL!r})\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)

    assert before.status_code == 201
    assert_scim_error(okta.post("/Users", sent("b", "seven")), 400, "invalidValue")
    assert body(okta.get(f"/Schemas/{CUSTOM}"))["attributes"][0]["name"] == "level"


def test_the_schema_is_read_once_a_version(okta: ScimClient, tenant: Tenant) -> None:
    define(tenant, LEVEL)
    schemas._schemas.cache_clear()

    costs = []
    for name in ("a", "b", "c"):
        with CaptureQueriesContext(connection) as captured:
            okta.post("/Users", sent(name, 7))
        costs.append(sum("directory_extension" in query for query in statements(captured)))

    assert costs == [1, 0, 0]


def test_a_tenant_without_extensions_reads_none(okta: ScimClient, ada: Any, stranger: Tenant) -> None:
    define(stranger, LEVEL)

    with CaptureQueriesContext(connection) as captured:
        okta.get("/Users", filter='userName eq "ada"')
        okta.put(f"/Users/{ada.id}", {"userName": "ada", "title": "x"})
        okta.get("/Schemas")

    assert not [query for query in statements(captured) if "extension" in query or "uniquevalue" in query]


def test_attributes_of_one_s_own_make_a_create_no_dearer_unless_they_are_unique(
    okta: ScimClient, tenant: Tenant
) -> None:
    make_target(tenant)
    define(tenant, LEVEL, {"name": "pin", "mutability": "writeOnly"})
    okta.post("/Users", user_document("first", **{CUSTOM: {"level": 1}}))
    unique = "urn:okta:unique:1.0:user:custom"

    costs = []
    for name in ("second", "third", "fourth"):
        with CaptureQueriesContext(connection) as captured:
            okta.post("/Users", user_document(name, **{CUSTOM: {"level": 1}, unique: {"badge": name}}))
        costs.append(len(statements(captured)))
        if name == "second":
            define(tenant, {"name": "badge", "uniqueness": "server"}, urn=unique)

    assert costs[0] <= 8
    assert costs[2] == costs[0] + 1


def test_a_change_of_anything_else_does_not_touch_unique_values(okta: ScimClient, tenant: Tenant) -> None:
    define(tenant, {"name": "badge", "uniqueness": "server"})
    eve = make_user(tenant, "eve", **{CUSTOM: {"badge": "1"}})

    with CaptureQueriesContext(connection) as captured:
        okta.patch(f"/Users/{eve.id}", {"op": "replace", "value": {"title": "x"}})

    assert not [query for query in statements(captured) if "uniquevalue" in query]
