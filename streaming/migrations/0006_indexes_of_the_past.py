from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('streaming', '0005_watched_since_and_passes'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(fields=['ended_at'], name='reservation_ended'),
        ),
        migrations.AddIndex(
            model_name='streamrequest',
            index=models.Index(fields=['at'], name='request_at'),
        ),
    ]
