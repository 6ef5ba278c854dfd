from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("streaming", "0003_ingest_secrets")]

    operations = [
        migrations.AddField("camerawork", "transcodes", models.BooleanField(null=True)),
        migrations.AddField("camerawork", "transcodes_revision", models.PositiveIntegerField(default=0)),
    ]
