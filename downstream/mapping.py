"""What a target's columns are made of: small typed steps from a SCIM document to plain values, and back."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictBool, field_validator, model_validator

from downstream.errors import BadData
from lib.documents import Document
from lib.filters import FilterError
from lib.paths import read
from lib.schema import USER


def _only_scalar(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError("write a text, a number, true, false or null")


# Looked at before the union is, whose own error is one sentence for each of its members.
Scalar = Annotated[str | int | float | bool | None, BeforeValidator(_only_scalar)]

# Core attributes whose values are lists of objects.
MULTI_VALUED = frozenset(attribute.name for attribute in USER.attributes if attribute.multi_valued)

_PATH = re.compile(
    r"""^(?:(?P<schema>urn:[^\[\]"]+):)?      # an extension's URN
        (?P<attribute>[\w$-]+)
        (?:\[(?P<choice>[\w$-]+)\ eq\ (?P<chosen>"[^"\\]*"|true|false)\])?
        (?:\.(?P<part>[\w$-]+))?$""",
    re.VERBOSE,
)


class Step(BaseModel):
    """How one value is made. Exactly one of `path`, `join` and `constant` says where it comes from.

    The order is: read, `trim`, `lower`, `lookup`. `default` stands in for what is absent from the document or
    from the lookup table; without it, absent is None and a value that the table does not know is an error.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    path: str | None = None
    join: tuple[str, ...] = ()
    separator: str = " "
    constant: Scalar = None
    default: Scalar = None
    trim: StrictBool = False
    lower: StrictBool = False
    lookup: dict[str, Scalar] | None = None

    @field_validator("path")
    @classmethod
    def _path_is_readable(cls, path: str | None) -> str | None:
        if path is not None:
            _refuse_unreadable(path)
        return path

    @field_validator("join")
    @classmethod
    def _joined_paths_are_readable(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        for path in paths:
            _refuse_unreadable(path)
        return paths

    @property
    def paths(self) -> tuple[str, ...]:
        """What of the document it is made of."""
        return (self.path,) if self.path is not None else self.join

    @model_validator(mode="after")
    def _has_one_origin(self) -> "Step":
        given = self.model_fields_set
        if (self.path is not None) + bool(self.join) + ("constant" in given) != 1:
            raise ValueError('give exactly one of "path", "join" and "constant"')
        if "constant" in given and given != {"constant"}:
            raise ValueError('a "constant" takes no other step')
        if "separator" in given and not self.join:
            raise ValueError('"separator" goes with "join"')
        return self


def _from_text(source: Any) -> Any:
    match source:
        case str():
            return {"path": source}
        case dict() | Step():
            return source
    raise ValueError('write a path, or an object such as {"path": "userName", "lower": true}')


Source = Annotated[Step, BeforeValidator(_from_text, json_schema_input_type=str | Step)]
"""A step, or in short a path."""


def columns(document: Document, mapping: dict[str, Step]) -> dict[str, Any]:
    """The value of each column for `document`: text, number, true, false or None. Raises BadData."""
    return {column: _value(document, step, column) for column, step in mapping.items()}


def document_of(values: dict[str, Any], mapping: dict[str, Step]) -> Document:
    """What a target's `values` tell of the document, from the columns that hold what is at a path.

    Constants, joined and looked-up values have no way back, nor have paths that filter by more than one `eq`.
    """
    document: Document = {}
    for column, step in mapping.items():
        if step.path is not None and step.lookup is None and values.get(column) is not None:
            _write(document, step.path, values[column])
    return document


def _refuse_unreadable(path: str) -> None:
    try:
        read({}, path)
    except FilterError as error:
        raise ValueError(f"{path!r} is not a path of SCIM ({error})") from error


def _value(document: Document, step: Step, column: str) -> Any:
    if "constant" in step.model_fields_set:
        return step.constant
    value = _joined(document, step, column) if step.join else _read(document, step.path or "", column)
    if isinstance(value, str):
        value = value.strip() if step.trim else value
        value = value.lower() if step.lower else value
    if value is not None and step.lookup is not None:
        return _looked_up(value, step, column)
    return step.default if value is None else value


def _read(document: Document, path: str, column: str) -> Any:
    value = read(document, path)
    if isinstance(value, dict | list):
        sentence = f'{path} has several parts and cannot fill column "{column}": name the part to use.'
        raise BadData(sentence, attribute=column)
    return value


def _joined(document: Document, step: Step, column: str) -> str | None:
    found = [_read(document, path, column) for path in step.join]
    return step.separator.join(_text(value) for value in found if value not in (None, "")) or None


def _looked_up(value: Any, step: Step, column: str) -> Any:
    table = step.lookup or {}
    if _text(value) in table:
        return table[_text(value)]
    if "default" in step.model_fields_set:
        return step.default
    raise BadData(
        f'The lookup table of column "{column}" has no entry for {_text(value)!r}: add one or a default.',
        attribute=column,
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write(document: Document, path: str, value: Any) -> None:
    match = _PATH.match(path)
    if match is None:
        return
    holder = document.setdefault(match["schema"], {}) if match["schema"] else document
    attribute, part = match["attribute"], match["part"]
    if match["choice"] or (attribute in MULTI_VALUED and part):
        _element(holder.setdefault(attribute, []), match)[part or "value"] = value
    elif part:
        holder.setdefault(attribute, {})[part] = value
    else:
        holder[attribute] = _as_flag(value) if attribute == "active" else value


def _element(elements: list[dict[str, Any]], match: re.Match[str]) -> dict[str, Any]:
    choice = {match["choice"]: _chosen(match["chosen"])} if match["choice"] else {}
    for element in elements:
        if {name: element.get(name) for name in choice} == choice and (
            choice or not element.keys() & {"type", "primary"}
        ):
            return element
    elements.append(choice)
    return choice


def _chosen(literal: str) -> str | bool:
    return literal.strip('"') if literal.startswith('"') else literal == "true"


def _as_flag(value: Any) -> Any:
    # Tables keep `active` as a number or a word where they know no boolean.
    return {"0": False, "1": True, "false": False, "true": True}.get(_text(value).lower(), value)
