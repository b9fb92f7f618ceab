"""The pages on which administrators define attributes of their own."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from directory.extensions import Extension
from tenants.models import Operator, Tenant
from tests.dashboard.reading import HTMX, text_of, unexplained
from tests.factories import make_user
from tests.log import log_events
from tests.schemas import CUSTOM, EVERY_TYPE, define

BADGE = {"name": "badge", "description": "Number on the badge."}


def row(name: str, **more: str) -> dict[str, str]:
    return {"name": name, "type": "string", "mutability": "readWrite", "returned": "default"} | more


def form(*rows: dict[str, str], **more: str) -> dict[str, str]:
    """What a browser sends; ticks that are off are not there."""
    counts = {"attributes-TOTAL_FORMS": str(len(rows)), "attributes-INITIAL_FORMS": "0"}
    cells = {f"attributes-{at}-{name}": value for at, one in enumerate(rows) for name, value in one.items()}
    return {"name": "Acme", "resource": "User", "urn": CUSTOM, "description": "", **counts, **cells} | more


@pytest.fixture
def extension(tenant: Tenant) -> Extension:
    return define(tenant, BADGE)


def defined_by(pages: Client, *rows: dict[str, str], **more: str) -> tuple[HttpResponse, list[Any]]:
    answer = pages.post(reverse("define-extension"), form(*rows, **more))
    own = Extension.objects.filter(urn=CUSTOM)
    return answer, [attribute for extension in own for attribute in extension.attributes]  # type: ignore[return-value]


def test_an_administrator_defines_an_extension(pages: Client, tenant: Tenant) -> None:
    answer, attributes = defined_by(
        pages,
        row("badge", uniqueness="on", required="on", canonicalValues=" A1, B2 ,"),
        row("spot", type="complex", multiValued="on"),
        row("floor", type="integer", part_of="Spot"),
        row("pin", mutability="writeOnly"),
        row(""),
    )

    extension = Extension.objects.get(tenant=tenant)
    assert answer["Location"] == reverse("extension", args=[extension.id])
    assert [one["name"] for one in attributes] == ["badge", "spot", "pin"]
    assert (attributes[0]["uniqueness"], attributes[0]["required"]) == ("server", True)
    assert attributes[0]["canonicalValues"] == ["A1", "B2"]
    assert [sub["name"] for sub in attributes[1]["subAttributes"]] == ["floor"]
    assert attributes[2]["returned"] == "never"


def test_a_definition_shown_and_sent_back_changes_nothing(pages: Client, tenant: Tenant) -> None:
    extension = define(
        tenant, *EVERY_TYPE, {"name": "pin", "mutability": "writeOnly"}, {"name": "x", "required": True}
    )
    shown = pages.get(reverse("change-extension", args=[extension.id])).context["form"]
    rows = [
        {
            name: "on" if value is True else value
            for name, value in one.initial.items()
            if value not in (False, None)
        }
        for one in shown.rows
    ]

    pages.post(reverse("change-extension", args=[extension.id]), form(*rows))

    before = extension.attributes
    extension.refresh_from_db()
    assert extension.attributes == before
    assert not log_events().filter(event_type="connector.schema.extension.update").exists()


@pytest.mark.parametrize(
    ("rows", "more", "sentence"),
    [
        ([row("two words")], {}, "Begin with a letter"),
        ([row("a"), row("A")], {}, "is there already"),
        ([row("a", type="complex")], {}, "Define the parts"),
        ([row("a", part_of="b")], {}, "No attribute above has this name"),
        ([row("a", type="integer", caseExact="on")], {}, "has no capitalisation"),
        (
            [row("a", type="complex"), row("b", part_of="a", required="on", mutability="immutable")],
            {},
            "of the whole",
        ),
        ([row("", description="forgot the name")], {}, "Begin with a letter"),
        ([row("a", type="text")], {}, "Select a valid choice"),
        ([], {}, "Define at least one attribute"),
        ([row("a")], {"urn": "custom"}, "Write a URN"),
        ([row("a")], {"name": ""}, "This field is required"),
        ([row("a")], {"resource": "Device"}, "Select a valid choice"),
        ([row("a")], {"attributes-TOTAL_FORMS": "x"}, "Nothing is saved"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(
    pages: Client, rows: list[dict[str, str]], more: dict[str, str], sentence: str
) -> None:
    answer, attributes = defined_by(pages, *rows, **more)

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert unexplained(answer) == []
    assert attributes == []


def test_another_row_is_added_without_javascript_and_keeps_what_was_typed(pages: Client) -> None:
    sent = form(row("badge", required="on"), row("gone", DELETE="on"), name="Half typed", add="row")

    answer = pages.post(reverse("define-extension"), sent)

    rows = answer.context["form"].rows
    assert [one["name"].value() or "" for one in rows] == ["badge", ""]
    assert rows[0]["required"].value()
    assert 'value="Half typed"' in text_of(answer)
    assert "errorlist" not in text_of(answer)
    assert not Extension.objects.exists()


@pytest.mark.parametrize("count", ["", "x", "-1", "9" * 5000])
def test_a_row_is_added_whatever_a_form_says_of_its_number(pages: Client, count: str) -> None:
    sent = form(row("badge"), **{"attributes-TOTAL_FORMS": count, "add": "row"})

    assert pages.post(reverse("define-extension"), sent).status_code == 200


def test_a_removed_row_takes_its_attribute_away(pages: Client, extension: Extension) -> None:
    sent = form(row("badge", DELETE="on"), row("door"))

    pages.post(reverse("change-extension", args=[extension.id]), sent)

    extension.refresh_from_db()
    assert [one["name"] for one in extension.attributes] == ["door"]


def test_values_that_are_not_unique_are_named(pages: Client, tenant: Tenant, extension: Extension) -> None:
    for name in ("ada", "bob"):
        make_user(tenant, name, **{CUSTOM: {"badge": "7"}})

    answer = pages.post(reverse("change-extension", args=[extension.id]), form(row("badge", uniqueness="on")))

    assert "bob have a value that others have too" in text_of(answer)


def test_the_page_says_what_to_enter_in_okta(pages: Client, extension: Extension) -> None:
    page = text_of(pages.get(reverse("extension", args=[extension.id])))

    assert "Profile Editor" in page
    assert f'<code class="copyable">{CUSTOM}</code>' in page


def test_an_extension_is_deleted_after_asking(pages: Client, extension: Extension) -> None:
    address = reverse("delete-extension", args=[extension.id])

    asked = pages.get(address)
    assert Extension.objects.exists()
    answer = pages.post(address, follow=True)

    assert "Delete Acme?" in text_of(asked)
    assert "The values that people have stay" in text_of(answer)
    assert not Extension.objects.exists()


def test_an_extension_with_secrets_that_people_have_is_not_deleted(pages: Client, tenant: Tenant) -> None:
    extension = define(tenant, {"name": "pin", "mutability": "writeOnly"})
    make_user(tenant, "ada", **{CUSTOM: {"pin": "8265"}})

    answer = pages.post(reverse("delete-extension", args=[extension.id]))

    assert "People have pin, which would be shown" in text_of(answer)
    assert Extension.objects.filter(id=extension.id).exists()


def test_htmx_gets_the_list_alone(pages: Client, extension: Extension) -> None:
    assert "<html" not in text_of(pages.get(reverse("extensions"), headers=HTMX))


def test_the_log_tells_of_the_definition(pages: Client, admin: Operator) -> None:
    defined_by(pages, row("badge"))

    page = text_of(pages.get(reverse("log"), {"kind": "schema"}))

    assert "defined the extension" in page
    assert "Acme" in page
