"""The configuration of a SQL target: which tables and columns, and what goes into them."""

import re
from typing import Annotated, Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from sqlalchemy.engine import URL, make_url

from downstream.connectors.base import Config
from downstream.connectors.base import Field as FieldOf
from downstream.mapping import Scalar, Source, Step
from lib.schema.entitlements import TYPE_NAME, TYPE_NAME_RULE

Name = Annotated[str, Field(min_length=1, pattern=r"^[^\x00]+$")]
"""A table or column as the database spells it; a table may be written schema.table."""


class Part(BaseModel):
    """A part of the configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Marking(Part):
    """Instead of deleting a row: the constants that mark it as removed."""

    set: Annotated[dict[Name, Scalar], Field(min_length=1)]


def _marking(value: Any) -> Any:
    match value:
        case "delete":
            return None
        case dict() | Marking():
            return value
    raise ValueError('write "delete" or {"set": {column: value}}')


OnRemove = Annotated[
    Marking | None, BeforeValidator(_marking, json_schema_input_type=Literal["delete"] | Marking)
]


class Rows(Part):
    """A table with one row for each account or group."""

    natural: ClassVar[str]  # the attribute that identifies a resource to people

    table: Name
    key: Name = Field(description="Column with the id over there.")
    match: Name | None = Field(None, description="Column that identifies a row when its id is not known.")
    columns: Annotated[
        dict[Name, Source], Field(min_length=1, description="What each column is filled from.")
    ]
    key_source: Source | None = Field(
        None, description="What a new row's key is, if the table generates none."
    )
    on_remove: OnRemove = None
    version_column: Name | None = Field(
        None,
        description="Integer column that gets the version that was written: an older one does not "
        "overwrite a newer one, however late a write arrives.",
    )

    @model_validator(mode="after")
    def _can_find_its_rows(self) -> "Rows":
        if self.key_source and self.key in self.columns:
            raise ValueError(f'the key "{self.key}" has a "key_source" and a column entry: keep one')
        if self.match is None and self._natural_column is None:
            raise ValueError(
                f'no column is filled from {self.natural}: add "match", the column that identifies a row'
            )
        if self.match_column not in self.sources:
            raise ValueError(f'"match" names "{self.match}", which "columns" does not fill')
        if self.version_column in {self.key, *self.columns}:
            raise ValueError(f'"version_column" names "{self.version_column}", which holds something else')
        return self

    @property
    def sources(self) -> dict[str, Step]:
        """What fills each column of a new row."""
        return {self.key: self.key_source, **self.columns} if self.key_source else self.columns

    @property
    def match_column(self) -> str:
        """The column that identifies a row when its id is not known."""
        return self.match or self._natural_column or self.key

    @property
    def fields(self) -> tuple[FieldOf, ...]:
        """The columns that are written to, and what of the document each is made of."""
        identifying = {self.key, self.match_column}
        return tuple(
            FieldOf(name, step.paths, identifies=name in identifying) for name, step in self.columns.items()
        )

    @property
    def names(self) -> set[str]:
        """Every column that this part of the configuration speaks of."""
        return {self.key, self.match_column, *self.written}

    @property
    def written(self) -> set[str]:
        """Every column that is written to in a row that exists."""
        marked = self.on_remove.set if self.on_remove else ()
        return {*self.columns, *marked, *((self.version_column,) if self.version_column else ())}

    @property
    def id_column(self) -> str | None:
        """The column that says which of our resources a row is of, if there is one."""
        return next((name for name, step in self.sources.items() if step.path == "id"), None)

    @property
    def _natural_column(self) -> str | None:
        natural = self.natural.lower()
        return next(
            (name for name, step in self.sources.items() if (step.path or "").lower() == natural), None
        )


class Accounts(Rows):
    """A table with one row for each user."""

    natural: ClassVar[str] = "userName"


class Groups(Rows):
    """A table with one row for each group."""

    natural: ClassVar[str] = "displayName"


class Memberships(Part):
    """A table with one row for each member of each group, which holds the key of both."""

    table: Name
    account: Name
    group: Name


def _type_name(value: str) -> str:
    if not re.match(TYPE_NAME, value):
        raise ValueError(TYPE_NAME_RULE.rstrip("."))
    return value


class Entitlements(Part):
    """A table with one row for each role or entitlement that accounts can have; it is only read."""

    type: Annotated[str, AfterValidator(_type_name)] = Field(
        "Role", description="Role, or the name of a type of entitlements, such as License."
    )
    table: Name
    key: Name = Field(description="Column with the value that a user's document has, unique in the table.")
    name: Name | None = Field(
        None, description="Column with the name for people; the key where there is none."
    )
    description: Name | None = None

    @property
    def names(self) -> set[str]:
        """Every column that this part of the configuration speaks of."""
        return {name for name in (self.key, self.name, self.description) if name is not None}


class SqlConfig(Config):
    """One database and its tables."""

    url: SecretStr = Field(
        description="SQLAlchemy URL, such as postgresql+psycopg://user:password@host/database."
    )
    accounts: Accounts
    groups: Groups | None = None
    memberships: Memberships | None = None
    members_per_call: Annotated[int, Field(ge=1)] = Field(
        1000, description="Larger groups are written in parts of so many members, each a call of its own."
    )
    entitlements: tuple[Entitlements, ...] = ()

    @field_validator("url")
    @classmethod
    def _names_a_database(cls, url: SecretStr) -> SecretStr:
        parsed = _parsed(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
            raise ValueError("an SQLite database in memory cannot be reached: give the path of a file")
        return url

    @model_validator(mode="after")
    def _memberships_have_groups(self) -> "SqlConfig":
        if self.memberships and not self.groups:
            raise ValueError(
                '"memberships" needs "groups": add the table of groups or remove the memberships'
            )
        return self

    @property
    def database(self) -> URL:
        """The URL, parsed. `str()` of it hides the password."""
        return make_url(self.url.get_secret_value())


def _parsed(url: SecretStr) -> URL:
    remedy = "write dialect://user:password@host/database, for example postgresql+psycopg://app:secret@db/hr"
    try:
        parsed = make_url(url.get_secret_value())
    except (sa.exc.ArgumentError, ValueError):
        parsed = None
    # Raised outside the except block: SQLAlchemy's error repeats the whole URL and is not to be chained.
    if parsed is None:
        raise ValueError(f"this is not the URL of a database: {remedy}")
    try:
        parsed.get_dialect().import_dbapi()
    except (sa.exc.NoSuchModuleError, ImportError):
        raise ValueError(f"no driver for {parsed.drivername} is installed: install it or {remedy}") from None
    return parsed
