from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0007_erasure"),
    ]

    operations = [
        migrations.RemoveField(model_name="verification", name="due_at"),
        migrations.AddField(
            model_name="verification",
            name="lease",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="verification",
            name="lease_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="verification",
            name="transaction_id",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
    ]
