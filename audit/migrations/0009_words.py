"""What an event says is an index of words, instead of a text. SQLite's index is made once the tables are there."""

import json

from django.db import migrations, models

import audit.models.words
from audit.words import words_of

PART = 1000


def write_words(apps, schema_editor):
    event = apps.get_model("audit", "Event")
    _rewrite(event, "words", words_of)


def write_text(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TABLE IF EXISTS {audit.models.words.TABLE}")
    _rewrite(apps.get_model("audit", "Event"), "search", _text_of)


def _rewrite(event, column, made):
    last = -1
    while rows := list(event.objects.filter(id__gt=last).order_by("id").only("id", "body")[:PART]):
        for row in rows:
            event.objects.filter(id=row.id).update(**{column: made(json.loads(row.body))})
        last = rows[-1].id


def _text_of(document):
    actor, outcome = document["actor"], document["outcome"]
    words = [document["eventType"], document["displayMessage"], outcome["result"], outcome["reason"] or ""]
    words += [actor["displayName"], actor["alternateId"], document["transaction"]["id"]]
    for subject in document["target"] or []:
        words += [subject["id"], subject["displayName"], subject["alternateId"]]
    return " ".join(words).replace("\0", "").casefold()


def index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE INDEX event_by_words ON audit_event USING gin (words)")


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX event_by_words")


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0008_verification_leases"),
    ]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="id",
            field=audit.models.words.RowId(primary_key=True, serialize=False),
        ),
        migrations.AddField(
            model_name="event",
            name="words",
            field=audit.models.words.WordsField(default=""),
            preserve_default=False,
        ),
        migrations.RunPython(write_words, write_text),
        # Backwards the column comes empty, and is filled.
        migrations.AlterField(model_name="event", name="search", field=models.TextField(default="")),
        migrations.RemoveField(model_name="event", name="search"),
        migrations.RunPython(index, drop_index),
    ]
