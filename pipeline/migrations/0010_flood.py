"""The index of what waits for one yes, for the pages of the sources."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0009_drafts")]
    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["source"], name="article_flood", condition=models.Q(stopped="bulk")),
        ),
    ]
