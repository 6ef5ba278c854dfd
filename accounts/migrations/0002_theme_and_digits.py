from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("", "As the browser asks"), ("en", "English"), ("ar", "العربية")],
                default="",
                max_length=8,
                verbose_name="language",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="theme",
            field=models.CharField(
                choices=[
                    ("auto", "As this device"),
                    ("dark", "Dark"),
                    ("light", "Light"),
                    ("contrast", "High contrast"),
                ],
                default="dark",
                max_length=8,
                verbose_name="appearance",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="digits",
            field=models.CharField(
                choices=[("latn", "Western (0123)"), ("arab", "Arabic (٠١٢٣), in Arabic texts")],
                default="latn",
                max_length=4,
                verbose_name="digits",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("theme__in", ["auto", "dark", "light", "contrast"])), name="user_theme_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("digits__in", ["latn", "arab"])), name="user_digits_known"
            ),
        ),
    ]
