"""Defining an extension by a form: its head, and one row for each attribute or part of one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict

from dashboard.extension_words import MUTABILITIES, RETURNED, TYPES
from dashboard.forms import DIGITS
from directory.extensions import Extension
from lib.schema import Attribute, Schema
from lib.schema.definitions import EXACT, DefinitionError, Problem, read_definition

PREFIX = "attributes"
# Django takes a thousand fields in one request; who has more attributes than this uses the API.
MOST_ROWS = 80

_PLACE = re.compile(r"attributes\[(\d+)\](?:\.subAttributes\[(\d+)\])?(?:\.(\w+))?.*")


def _text(label: str, *, most: int, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "maxlength": most, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, widget=widget, **more)


def _choice(label: str, choices: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, choices=list(choices), widget=widget)


def _tick(label: str) -> forms.BooleanField:
    widget = forms.CheckboxInput(attrs={"class": "form-check-input"})
    return forms.BooleanField(label=label, required=False, widget=widget)


class HeadForm(forms.Form):
    name = _text("Name", most=64, help_text="What people call it, such as Badges.")
    resource = _choice("For", Extension.Resource.choices)
    urn = _text(
        "URN",
        most=200,
        help_text="Okta's external namespace: urn:okta:acme:1.0:user:custom, with your name for acme. "
        "It can't be changed later.",
    )
    description = _text("Description", most=500, required=False)


class AttributeForm(forms.Form):
    """A row without a name is no attribute: spare rows say nothing."""

    name = _text("Name", most=64, required=False)
    part_of = _text(
        "Part of",
        most=64,
        required=False,
        help_text="The name of an attribute above that has parts; else empty.",
    )
    type = _choice("Type", TYPES)
    description = _text("Description", most=500, required=False)
    canonicalValues = _text(
        "Usual values, with commas",
        most=1000,
        required=False,
        help_text="Suggestions: others are not refused.",
    )
    mutability = _choice("Clients may set it", MUTABILITIES)
    returned = _choice("It is answered", RETURNED)
    multiValued = _tick("Several values")
    required = _tick("Required")
    caseExact = _tick("Capitalisation counts")
    uniqueness = _tick("Unique")

    @property
    def is_spare(self) -> bool:
        asked = self.cleaned_data
        return bool(asked.get("DELETE")) or not (asked.get("name") or asked.get("description"))

    @property
    def ticks(self) -> list[forms.BoundField]:
        return [self[name] for name in ("required", "multiValued", "caseExact", "uniqueness")]

    def definition(self) -> dict[str, Any]:
        """In the form of RFC 7643; what has its usual value is left to the reader of definitions."""
        asked = self.cleaned_data
        words = {name: asked[name] for name in ("name", "type", "description")}
        usual = {"mutability": "readWrite", "returned": "default"}
        words |= {name: asked[name] for name in usual if asked[name] != usual[name]}
        words |= {name: True for name in ("multiValued", "required", "caseExact") if asked[name]}
        if asked["uniqueness"]:
            words["uniqueness"] = "server"
        if values := [text.strip() for text in asked["canonicalValues"].split(",") if text.strip()]:
            words["canonicalValues"] = values
        return words


AttributeForms: Any = forms.formset_factory(
    AttributeForm, extra=0, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


@dataclass
class DefinitionForm:
    """The whole page's form. `places` says which row an attribute of the definition came from."""

    head: HeadForm
    rows: Any
    places: dict[tuple[int, int | None], AttributeForm] = field(default_factory=dict)

    @classmethod
    def blank(cls) -> DefinitionForm:
        return cls(HeadForm(), AttributeForms(prefix=PREFIX, initial=[{}]))

    @classmethod
    def showing(cls, schema: Schema, resource: str) -> DefinitionForm:
        head = {"name": schema.name, "urn": schema.urn, "description": schema.description}
        rows = [row for attribute in schema.attributes for row in _rows_of(attribute)]
        return cls(
            HeadForm(initial={**head, "resource": resource}), AttributeForms(prefix=PREFIX, initial=rows)
        )

    @classmethod
    def sent(cls, data: QueryDict) -> DefinitionForm:
        return cls(HeadForm(data), AttributeForms(data, prefix=PREFIX))

    @classmethod
    def with_a_row_more(cls, data: QueryDict) -> DefinitionForm:
        """As it was typed, unjudged, without the rows that were ticked to go."""
        rows = [row for row in _typed(data) if not row.get("DELETE")]
        rows = [*rows, {}][:MOST_ROWS]
        return cls(HeadForm(initial=data.dict()), AttributeForms(prefix=PREFIX, initial=rows))

    @property
    def is_refused(self) -> bool:
        parts = (self.head, *self.rows)
        return self.rows.is_bound and bool(self.sentences or any(part.errors for part in parts))

    @property
    def sentences(self) -> list[str]:
        """What is wrong as a whole."""
        whole = self.rows.non_form_errors() if self.rows.is_bound else []
        return [*self.head.non_field_errors(), *whole]

    def read(self) -> Schema | None:
        """The schema, or None: then the fields say why."""
        if not (self.head.is_valid() & self.rows.is_valid()):
            return None
        definition = self._definition()
        if any(row.errors for row in self.rows):
            return None
        try:
            return read_definition(definition)
        except DefinitionError as error:
            self.refuse(error)
        return None

    def refuse(self, error: DefinitionError) -> None:
        for problem in error.problems:
            self._say(problem)

    def _definition(self) -> dict[str, Any]:
        asked = self.head.cleaned_data
        attributes: list[dict[str, Any]] = []
        for row in self.rows:
            if not row.is_spare:
                self._place(row, attributes)
        return {**{name: asked[name] for name in ("name", "urn", "description")}, "attributes": attributes}

    def _place(self, row: AttributeForm, attributes: list[dict[str, Any]]) -> None:
        whole = row.cleaned_data["part_of"].lower()
        owners = [place for place, one in enumerate(attributes) if one["name"].lower() == whole]
        if not whole:
            self.places[len(attributes), None] = row
            attributes.append(row.definition())
        elif not owners:
            row.add_error(
                "part_of", "No attribute above has this name: write the name of one that has parts."
            )
        else:
            parts = attributes[owners[0]].setdefault("subAttributes", [])
            self.places[owners[0], len(parts)] = row
            parts.append(row.definition())

    def _say(self, problem: Problem) -> None:
        found = _PLACE.fullmatch(problem.field)
        if found is None:
            name = problem.field if problem.field in self.head.fields else None
            self.head.add_error(name, problem.sentence)
            return
        row = self.places[int(found[1]), int(found[2]) if found[2] else None]
        name = found[3] if found[3] in row.fields else None
        row.add_error(name, problem.sentence)


def _rows_of(attribute: Attribute) -> list[dict[str, Any]]:
    """An attribute and its parts, each as a row shows it."""
    whole = {**_row_of(attribute), "part_of": ""}
    usual = {"mutability": "readWrite", "returned": "default"}
    return [
        whole,
        *({**_row_of(sub), **usual, "part_of": attribute.name} for sub in attribute.sub_attributes),
    ]


def _row_of(attribute: Attribute) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "type": attribute.type,
        "description": attribute.description,
        "canonicalValues": ", ".join(attribute.canonical_values),
        "mutability": attribute.mutability,
        "returned": attribute.returned,
        "multiValued": attribute.multi_valued,
        "required": attribute.required,
        "caseExact": attribute.case_exact and attribute.type not in EXACT,
        "uniqueness": attribute.uniqueness == "server",
    }


def _typed(data: QueryDict) -> list[dict[str, Any]]:
    """The rows of a form as they were sent, whatever they hold."""
    count = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    names = (*AttributeForm.base_fields, "DELETE")
    return [
        {name: data.get(f"{PREFIX}-{row}-{name}", "") for name in names}
        for row in range(min(int(count) if DIGITS.fullmatch(count) else 0, MOST_ROWS))
    ]
