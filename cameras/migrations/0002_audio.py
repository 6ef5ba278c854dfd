from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cameras", "0001_initial")]

    operations = [
        migrations.AddField(
            "camera",
            "audio",
            models.BooleanField(
                default=False,
                help_text="Viewers may hear the camera. Where sound may be recorded or listened to, the law differs.",
                verbose_name="sound",
            ),
        ),
    ]
