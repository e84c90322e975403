"""Two short indexes: of what waits for one yes, for the sources' pages; of what was withdrawn, for the press."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0009_drafts")]
    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["source"], name="article_flood", condition=models.Q(stopped="bulk")),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["state", "withdrawn_at"],
                name="article_taken_back",
                condition=models.Q(withdrawn_at__isnull=False),
            ),
        ),
    ]
