from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('streaming', '0007_heartbeats_hot'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(
                condition=models.Q(('state', 'ACTIVE')), fields=['user'], name='reservation_active_user'
            ),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(
                condition=models.Q(('state', 'ACTIVE')), fields=['account', 'on_behalf_of'],
                name='reservation_active_account',
            ),
        ),
    ]
