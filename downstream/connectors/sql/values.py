"""Values on their way into columns and back: documents know text, numbers and flags; columns have types."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from downstream.errors import BadData

FLAGS = {"0": False, "1": True, "false": False, "true": True}
BITS = 63  # the largest integer that databases have, without its sign


def adapted(column: sa.Column[Any], value: Any) -> Any:
    """`value` in the form that `column`'s type takes. Raises BadData, naming the column but not the value."""
    if value is None:
        return None
    try:
        return _converted(column.type, value)
    except (ValueError, ArithmeticError):
        kind = type(column.type).__name__
        # Not chained: Python's error repeats the value.
        sentence = f'Column "{column.name}" is of type {kind} and cannot hold this value.'
        raise BadData(sentence, attribute=column.name) from None


def equals(column: sa.Column[Any], value: Any) -> sa.ColumnElement[bool]:
    """The condition that `column` holds the adapted `value`, which is bound with the column's own type."""
    return column == sa.literal(value, column.type)


def plain(value: Any) -> Any:
    """A column's value as JSON has it; moments in UTC, whatever the session's time zone."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime(tzinfo=zone) if zone is not None:
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
    return str(value)


def _converted(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if isinstance(value, str):
        value.encode()  # a lone surrogate is an error here, not in the middle of the driver
    converted = _in_form(kind, value)
    if isinstance(converted, int) and converted.bit_length() > BITS:
        raise OverflowError
    return converted


def _in_form(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    match kind:
        case sa.Boolean():
            return _flag(value)
        case sa.Integer() if isinstance(value, bool | str):
            return int(value)
        case sa.Numeric() if isinstance(value, bool | str):
            return _number(value)
        case sa.String() if not isinstance(value, str):
            return str(value).lower() if isinstance(value, bool) else str(value)
        case sa.Uuid() if isinstance(value, str):
            return uuid.UUID(value)
        case sa.DateTime() if isinstance(value, str):
            return _moment(value, with_zone=kind.timezone)
        case sa.Date() if isinstance(value, str):
            return date.fromisoformat(value[:10])
    return value


def _flag(value: Any) -> bool:
    if str(value).lower() not in FLAGS:
        raise ValueError
    return FLAGS[str(value).lower()]


def _number(value: bool | str) -> Decimal:
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError
    return number


def _moment(value: str, *, with_zone: bool) -> datetime:
    moment = datetime.fromisoformat(value)
    if with_zone or moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None)
