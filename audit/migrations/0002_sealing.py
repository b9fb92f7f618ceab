"""Events wait unsealed in a small table of their own. Those that are there wait to be sealed, too."""

import json
from datetime import datetime
from uuid import UUID

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Max

import audit.models.events

PART = 1000
TENANT = {
    "on_delete": django.db.models.deletion.CASCADE,
    "to": "tenants.tenant",
    "db_index": False,
}


def unseal(apps, schema_editor):
    old, pending = apps.get_model("audit", "OldEvent"), apps.get_model("audit", "Pending")
    rows = old.objects.order_by("id").values("id", "tenant_id", "version", "body")
    _copy(rows, pending)
    _go_on_counting(pending, schema_editor)


def restore(apps, schema_editor):
    """Nothing of the log is lost; what was added to it is."""
    old = apps.get_model("audit", "OldEvent")
    for name in ("Event", "Pending"):
        rows = apps.get_model("audit", name).objects.order_by("id")
        _copy(rows.values("id", "tenant_id", "version", "body"), old, _old_columns)
    _go_on_counting(old, schema_editor)


def _copy(rows, model, more=lambda row: {}):
    part = []
    for row in rows.iterator(chunk_size=PART):
        part.append(model(**row, **more(row)))
        if len(part) == PART:
            model.objects.bulk_create(part)
            part.clear()
    model.objects.bulk_create(part)


def _go_on_counting(model, schema_editor):
    """The numbers of new rows come after those of the copied ones."""
    last = model.objects.aggregate(last=Max("id"))["last"]
    if last and schema_editor.connection.vendor == "postgresql":
        table = model._meta.db_table
        schema_editor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})")


def _old_columns(row):
    document = json.loads(row["body"])
    actor, targets = document["actor"], document["target"] or []

    def first(kind):
        return next((UUID(one["id"]) for one in targets if one["type"] == kind), None)

    words = [document["eventType"], document["displayMessage"], document["outcome"]["result"]]
    words += [document["outcome"]["reason"] or "", actor["displayName"], actor["alternateId"]]
    words += [document["transaction"]["id"]]
    words += [one[name] for one in targets for name in ("id", "displayName", "alternateId")]
    return {
        "uuid": UUID(document["uuid"]),
        "published": datetime.fromisoformat(document["published"]),
        "event_type": document["eventType"],
        "severity": document["severity"],
        "result": document["outcome"]["result"],
        "transaction_id": document["transaction"]["id"],
        "user_id": first("User"),
        "group_id": first("UserGroup"),
        "target_id": first("AppInstance"),
        "search": " ".join(words).replace("\0", "").casefold(),
    }


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        # Renaming a model on the way back reads content types as they have been since then.
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        *(
            migrations.RemoveIndex(model_name="event", name=name)
            for name in (
                "event_newest",
                "event_of_user",
                "event_of_group",
                "event_of_target",
                "event_of_transaction",
            )
        ),
        migrations.RenameModel("Event", "OldEvent"),
        migrations.AlterField(
            model_name="oldevent",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.tenant"
            ),
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveBigIntegerField(null=True)),
                ("body", models.TextField()),
                ("tenant", models.ForeignKey(**TENANT, related_name="+")),
            ],
            options={"indexes": [models.Index(fields=["tenant", "id"], name="pending_of_tenant")]},
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "tenant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        db_constraint=False,
                        serialize=False,
                        to="tenants.tenant",
                    ),
                ),
                ("seq", models.PositiveBigIntegerField(default=0)),
                ("hash", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Hourly",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField()),
                ("event_type", models.CharField(max_length=255)),
                ("result", models.CharField(max_length=16)),
                ("count", models.PositiveBigIntegerField()),
                ("tenant", models.ForeignKey(**TENANT, db_constraint=False, related_name="+")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["tenant", "hour", "event_type", "result"], name="one_tally_an_hour"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("seq", models.PositiveBigIntegerField()),
                ("uuid", models.UUIDField(editable=False, unique=True)),
                ("published", models.DateTimeField()),
                ("sealed_at", models.DateTimeField()),
                ("event_type", models.CharField(choices=audit.models.events.event_types, max_length=255)),
                ("severity", models.CharField(choices=audit.models.events.severities, max_length=8)),
                ("result", models.CharField(choices=audit.models.events.outcomes, max_length=16)),
                ("actor_id", models.CharField(max_length=255)),
                ("transaction_id", models.CharField(max_length=64)),
                ("user_id", models.UUIDField(null=True)),
                ("group_id", models.UUIDField(null=True)),
                ("target_id", models.UUIDField(null=True)),
                ("version", models.PositiveBigIntegerField(null=True)),
                ("search", models.TextField()),
                ("body", models.TextField()),
                ("blocks", models.TextField()),
                ("digest", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
                ("tenant", models.ForeignKey(**TENANT, db_constraint=False, related_name="events")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "published", "seq"], name="event_by_time"),
                    models.Index(fields=["tenant", "event_type", "published", "seq"], name="event_by_type"),
                    models.Index(fields=["tenant", "actor_id", "published", "seq"], name="event_by_actor"),
                    models.Index(
                        condition=models.Q(("user_id__isnull", False)),
                        fields=["user_id", "-id"],
                        name="event_of_user",
                    ),
                    models.Index(
                        condition=models.Q(("group_id__isnull", False)),
                        fields=["group_id", "-id"],
                        name="event_of_group",
                    ),
                    models.Index(
                        condition=models.Q(("target_id__isnull", False)),
                        fields=["target_id", "-id"],
                        name="event_of_target",
                    ),
                    models.Index(fields=["transaction_id"], name="event_of_transaction"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["tenant", "seq"], name="one_event_a_place"),
                ],
            },
        ),
        migrations.RunPython(unseal, restore),
        migrations.DeleteModel("OldEvent"),
    ]
