"""Of whoever asked for an erasure the transaction is kept, which both its events are in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0006_exports"),
    ]

    operations = [
        migrations.RemoveField(model_name="erasure", name="actor"),
        migrations.AddField(
            model_name="erasure",
            name="transaction_id",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
    ]
