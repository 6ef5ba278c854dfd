from django.db import migrations, models

import cameras.fields


class Migration(migrations.Migration):
    """`whip_url` may hold a stream key now. What was there belongs to lives that a restart ends: not kept."""

    dependencies = [("streaming", "0002_snapshot_asked")]

    operations = [
        migrations.AddField("camerawork", "ingests_ended", models.PositiveBigIntegerField(default=0)),
        migrations.RemoveField("stream", "whip_url"),
        migrations.AddField("stream", "whip_url", cameras.fields.EncryptedTextField(blank=True, default="")),
    ]
