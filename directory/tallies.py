"""How many users and groups a tenant has: counted by the database itself as rows come and go.

Triggers keep the tallies, so that no way of writing goes uncounted and a total is one small sum. Each
connection to PostgreSQL has a row of its own to count in, so that nobody who creates waits for another.
"""

from __future__ import annotations

from django.db import connection, transaction

from directory.models import Group, Tally, User
from lib.statements import select
from tenants.models import Tenant

# On PostgreSQL a connection counts in the row of its process. Two that share one wait for a commit.
_SLOTS = 64
_KINDS: dict[type[User | Group], str] = {User: "user", Group: "group"}
_TALLY = Tally._meta.db_table


def living(model: type[User | Group], tenant: Tenant) -> int:
    """How many there are."""
    ((number,),) = select(f"SELECT {BORN} - {DIED} {OF_KIND}", of_kind(model, tenant))  # names
    return int(number)


BORN, DIED = (f"CAST(COALESCE(SUM({name}), 0) AS bigint)" for name in ("born", "died"))
OF_KIND = f"FROM {_TALLY} WHERE tenant_id = %s AND kind = %s"


def of_kind(model: type[User | Group], tenant: Tenant) -> list[object]:
    """The values that `OF_KIND` takes."""
    return [Tenant._meta.pk.get_db_prep_value(tenant.pk, connection), _KINDS[model]]


def keep_tallies(**_: object) -> None:
    """Make triggers that are missing, and count anew: after `migrate`, which drops them on SQLite."""
    with transaction.atomic(), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for model, kind in _KINDS.items():
            table = model._meta.db_table
            if {table, _TALLY} <= set(tables) and not _are_kept(table):
                for statement in _TRIGGERS[connection.vendor](table, kind):
                    cursor.execute(statement)
                Tally.objects.filter(kind=kind).delete()
                cursor.execute(_COUNT.format(table=table, kind=kind))


def _are_kept(table: str) -> bool:
    found = select(_EXISTING[connection.vendor], [f"{table}_{event}_counts" for event in _EVENTS])
    return len(found) == len(_EVENTS)


_EVENTS = ("insert", "update", "delete")
_EXISTING = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgname IN (%s, %s, %s)",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s, %s)",
}
_COUNT = (
    f"INSERT INTO {_TALLY} (tenant_id, kind, slot, born, died) "  # noqa: S608  # names
    "SELECT tenant_id, '{kind}', 0, COUNT(*), 0 FROM {table} WHERE deleted_at IS NULL GROUP BY tenant_id"
)
# Who is listed, and where: a change of anything else leaves number and order as they are.
_PLACE = ("deleted_at", "created_at", "id", "tenant_id")


def _on_sqlite(table: str, kind: str) -> list[str]:
    """One writer at a time, one row to count in."""
    moved = " OR ".join(f"old.{name} IS NOT new.{name}" for name in _PLACE)
    comes = (
        f"INSERT INTO {_TALLY} (tenant_id, kind, slot, born, died) "  # names
        f"SELECT new.tenant_id, '{kind}', 0, 1, 0 WHERE new.deleted_at IS NULL "
        "ON CONFLICT (tenant_id, kind, slot) DO UPDATE SET born = born + 1;"
    )
    goes = (
        f"UPDATE {_TALLY} SET died = died + 1 "  # noqa: S608  # names
        f"WHERE tenant_id = old.tenant_id AND kind = '{kind}' AND old.deleted_at IS NULL;"
    )
    made = {
        "insert": f"AFTER INSERT ON {table} BEGIN {comes} END",
        "update": f"AFTER UPDATE OF {', '.join(_PLACE)} ON {table} WHEN {moved} BEGIN {goes} {comes} END",
        "delete": f"AFTER DELETE ON {table} BEGIN {goes} END",
    }
    drops = [f"DROP TRIGGER IF EXISTS {table}_{event}_counts" for event in _EVENTS]
    return [*drops, *(f"CREATE TRIGGER {table}_{event}_counts {rest}" for event, rest in made.items())]


def _on_postgresql(table: str, kind: str) -> list[str]:
    """Rows of one INSERT or DELETE are counted at once: thousands come by one statement.

    A row that is deleted altogether counts where its tenant has a tally left: the tenant may be going too.
    """
    moved = " OR ".join(f"old.{name} IS DISTINCT FROM new.{name}" for name in _PLACE)
    add = (
        f"INSERT INTO {_TALLY} AS tally (tenant_id, kind, slot, born, died) "  # noqa: S608  # names
        f"SELECT tenant_id, '{kind}', pg_backend_pid() % {_SLOTS}, SUM(born), SUM(died) FROM {{rows}} "
        "GROUP BY tenant_id ORDER BY tenant_id ON CONFLICT (tenant_id, kind, slot) "
        "DO UPDATE SET born = tally.born + excluded.born, died = tally.died + excluded.died"
    )
    came = "(SELECT tenant_id, 1 AS born, 0 AS died FROM coming WHERE deleted_at IS NULL) AS row"
    both = (
        "(VALUES (old.tenant_id, 0, (old.deleted_at IS NULL)::int), "
        "(new.tenant_id, (new.deleted_at IS NULL)::int, 0)) AS row (tenant_id, born, died)"
    )
    take = (
        f"UPDATE {_TALLY} AS tally SET died = tally.died + gone.n FROM "  # noqa: S608  # names
        "(SELECT tenant_id, COUNT(*) AS n FROM going WHERE deleted_at IS NULL GROUP BY tenant_id) AS gone "
        f"WHERE tally.tenant_id = gone.tenant_id AND tally.kind = '{kind}' AND tally.slot = "
        f"(SELECT MIN(slot) FROM {_TALLY} WHERE tenant_id = gone.tenant_id AND kind = '{kind}')"
    )
    made = {
        "insert": (add.format(rows=came), "REFERENCING NEW TABLE AS coming FOR EACH STATEMENT"),
        "update": (add.format(rows=both), f"FOR EACH ROW WHEN ({moved})"),
        "delete": (take, "REFERENCING OLD TABLE AS going FOR EACH STATEMENT"),
    }
    return [
        statement
        for event, (count, each) in made.items()
        for statement in (
            f"CREATE OR REPLACE FUNCTION {table}_{event}_counts() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$BEGIN {count}; RETURN NULL; END$$",
            f"CREATE OR REPLACE TRIGGER {table}_{event}_counts AFTER {event.upper()} ON {table} {each} "
            f"EXECUTE FUNCTION {table}_{event}_counts()",
        )
    ]


_TRIGGERS = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}
