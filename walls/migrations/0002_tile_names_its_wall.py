"""A name for people, no change of the table."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("walls", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="walltile",
            name="wall",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="filled",
                to="walls.wall",
                verbose_name="wall",
            ),
        ),
    ]
