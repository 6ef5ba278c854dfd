from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("streaming", "0011_names_of_fields")]

    operations = [
        migrations.AddIndex("stream", models.Index(fields=["agency", "id"], name="stream_of_agency")),
        migrations.AddIndex(
            "streamrequest",
            models.Index(fields=["agency_code", "at"], condition=models.Q(action="refuse"), name="request_refused"),
        ),
    ]
