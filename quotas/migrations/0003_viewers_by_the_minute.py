from django.db import migrations, models


class Migration(migrations.Migration):
    """With defaults of the database: the release before writes rows without these columns."""

    dependencies = [("quotas", "0002_usage_minutes_and_changed_at")]

    operations = [
        migrations.AddField(
            "usageminute",
            "viewers",
            models.PositiveIntegerField(db_default=0, default=0, verbose_name="most viewers at once"),
        ),
        migrations.AddField(
            "usageminute",
            "refused_otherwise",
            models.PositiveIntegerField(db_default=0, default=0, verbose_name="refused for another limit"),
        ),
    ]
