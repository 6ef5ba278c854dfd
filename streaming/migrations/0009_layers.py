from django.db import migrations, models

LAYERS = [("high", "high"), ("low", "low"), ("high,low", "high,low")]


class Migration(migrations.Migration):
    dependencies = [("streaming", "0008_active_holders")]

    operations = [
        migrations.AddField(
            "stream",
            "layers",
            models.CharField(blank=True, choices=LAYERS, default="high", max_length=8, verbose_name="layers"),
        ),
        migrations.AddField("reservation", "layers", models.CharField(choices=LAYERS, default="high", max_length=8)),
        migrations.AddField("reservation", "layers_at", models.DateTimeField(blank=True, null=True)),
    ]
