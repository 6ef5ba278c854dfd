from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("streaming", "0009_layers")]

    operations = [migrations.AddField("stream", "silent_since", models.DateTimeField(blank=True, null=True))]
