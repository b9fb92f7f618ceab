"""JSON values in SQL: one way to speak of them on SQLite (`json_each`) and PostgreSQL (`jsonb`)."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, BooleanField, F, FloatField, Func, JSONField, Q, TextField
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler

from lib.filters.texts import MICROSECONDS
from lib.moments import FINEST, MOMENT


class _Json(Func):
    """A function with a template for each database. Names in it come from schemas, never from clients."""

    sqlite = ""
    postgresql = ""

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=self.sqlite, **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=self.postgresql, **context)


class JsonAt(_Json):
    """What stands in a JSON column under the names, or NULL. JSON as text on SQLite, jsonb on PostgreSQL."""

    output_field = JSONField()
    sqlite = "(%(expressions)s -> %(path)s)"
    postgresql = "jsonb_extract_path(%(expressions)s, %(names)s)"

    def __init__(self, column: str, *names: str) -> None:
        path = "$" + "".join(f'."{name}"' for name in names)
        super().__init__(F(column), path=_quoted(path), names=", ".join(_quoted(name) for name in names))


class OfElement(_Json):
    """The sub-attribute of the element that `AnyElement` is at; a plain element has just a `value`."""

    output_field = JSONField()
    sqlite = (
        "CASE element.type WHEN 'object' THEN (element.value -> %(path)s) WHEN 'array' THEN %(array)s "
        "ELSE %(plain)s END"
    )
    postgresql = (
        "CASE jsonb_typeof(element.value) WHEN 'object' THEN element.value -> %(name)s ELSE %(whole)s END"
    )

    def __init__(self, name: str) -> None:
        is_value = name == "value"
        flag = "CASE element.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"
        atom = f"{flag} ELSE json_quote(element.atom) END"
        super().__init__(
            name=_quoted(name),
            path=_quoted(f'$."{name}"'),
            array="element.value" if is_value else "NULL",
            plain=atom if is_value else "NULL",
            whole="element.value" if is_value else "NULL::jsonb",
        )


class WholeElement(_Json):
    """The element that `AnyElement` is at, itself."""

    output_field = JSONField()
    sqlite = "CASE WHEN element.type IN ('object', 'array') THEN element.value END"
    postgresql = "element.value"


class _Elements(_Json):
    """A list as rows; anything else as a list of one, and what is absent as none."""

    output_field = JSONField()
    sqlite = (
        "json_each(CASE COALESCE(json_type(%(expressions)s), 'null') WHEN 'null' THEN '[]' "
        "WHEN 'array' THEN %(expressions)s ELSE '[' || %(expressions)s || ']' END) AS element"
    )
    postgresql = (
        "jsonb_array_elements(CASE COALESCE(jsonb_typeof(%(expressions)s), 'null') WHEN 'null' THEN '[]' "
        "WHEN 'array' THEN %(expressions)s ELSE jsonb_build_array(%(expressions)s) END) "
        "WITH ORDINALITY AS element(value, key)"
    )


class AnyElement(Func):
    """Whether one and the same element of a JSON value fulfils the condition, which speaks by `OfElement`."""

    output_field = BooleanField()
    template = "EXISTS (SELECT 1 FROM %(expressions)s)"
    arg_joiner = " WHERE "

    def __init__(self, owner: JsonAt, condition: Q) -> None:
        super().__init__(_Elements(owner), condition)


class FirstElement(Func):
    """What the primary element of a JSON value gives by `OfElement`, or else its first element."""

    template = "(SELECT %(expressions)s)"
    arg_joiner = " FROM "

    def __init__(self, owner: JsonAt, wanted: Combinable) -> None:
        super().__init__(wanted, _PrimaryFirst(_Elements(owner), IsFlag(OfElement("primary"), flag=True)))

    def _resolve_output_field(self) -> Any:
        return self.get_source_expressions()[0].output_field


class _PrimaryFirst(Func):
    template = "%(expressions)s DESC, element.key LIMIT 1"
    arg_joiner = " ORDER BY "
    output_field = JSONField()


class TextOf(_Json):
    """The text that a JSON value is; NULL if it is something else."""

    output_field = TextField()
    sqlite = "CASE json_type(%(expressions)s) WHEN 'text' THEN (%(expressions)s ->> '$') END"
    postgresql = "CASE jsonb_typeof(%(expressions)s) WHEN 'string' THEN %(expressions)s #>> '{}' END"


class NumberOf(_Json):
    """The number that a JSON value is; NULL if it is something else."""

    output_field = FloatField()
    sqlite = "CASE WHEN json_type(%(expressions)s) IN ('integer', 'real') THEN (%(expressions)s ->> '$') END"
    postgresql = "CASE jsonb_typeof(%(expressions)s) WHEN 'number' THEN (%(expressions)s)::numeric END"


class MomentOf(_Json):
    """The moment that a JSON text names, in microseconds since 1970; NULL if it names none."""

    output_field = BigIntegerField()
    sqlite = f"{MICROSECONDS}(%(expressions)s ->> '$')"
    # Cast only what the pattern lets through: PostgreSQL has no cast that answers NULL.
    postgresql = (
        "CASE WHEN %(expressions)s #>> '{}' ~ %(moment)s THEN (EXTRACT(EPOCH FROM "
        "regexp_replace(%(expressions)s #>> '{}', %(finest)s, '\\1')::timestamptz) * 1000000)::bigint END"
    )

    def __init__(self, value: Func) -> None:
        super().__init__(value, moment=_quoted(MOMENT), finest=_quoted(FINEST))


class IsPresent(_Json):
    """Whether a JSON value says something (RFC 7644 section 3.4.2.2, `pr`); never NULL."""

    output_field = BooleanField()
    sqlite = postgresql = "COALESCE(%(expressions)s NOT IN ('null', '\"\"', '[]', '{}'), FALSE)"


class HasPart(_Json):
    """Whether one part of an object says something, or the value itself if it is none; never NULL."""

    output_field = BooleanField()
    sqlite = (
        "EXISTS (SELECT 1 FROM json_each(%(expressions)s) AS part WHERE CASE part.type "
        "WHEN 'null' THEN FALSE WHEN 'text' THEN part.value <> '' WHEN 'array' THEN part.value <> '[]' "
        "WHEN 'object' THEN part.value <> '{}' ELSE TRUE END)"
    )
    postgresql = (
        "COALESCE(CASE jsonb_typeof(%(expressions)s) WHEN 'object' THEN EXISTS (SELECT 1 FROM "
        "jsonb_each(%(expressions)s) AS part WHERE part.value NOT IN ('null', '\"\"', '[]', '{}')) "
        "ELSE %(expressions)s NOT IN ('null', '\"\"', '[]', '{}') END, FALSE)"
    )


class IsFlag(_Json):
    """Whether a JSON value is that boolean, also written as Entra's "True"; never NULL."""

    output_field = BooleanField()
    sqlite = "COALESCE(LOWER(%(expressions)s) IN ('%(flag)s', '\"%(flag)s\"'), FALSE)"
    postgresql = "COALESCE(LOWER((%(expressions)s)::text) IN ('%(flag)s', '\"%(flag)s\"'), FALSE)"

    def __init__(self, value: Func, *, flag: bool) -> None:
        super().__init__(value, flag="true" if flag else "false")


def _quoted(text: str) -> str:
    """A literal of SQL. Names of schemas have no per cent sign, which parameters would trip over."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"
