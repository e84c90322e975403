"""The search index: an FTS5 table on SQLite, a tsvector under a GIN index on PostgreSQL, filled from what exists."""

from typing import Any

from django.db import migrations, models

from pipeline.search import index

SQLITE = """
CREATE VIRTUAL TABLE pipeline_search
USING fts5(words, content='', detail=none, tokenize="ascii tokenchars '=_-'")
"""
# The words outside the row, so that the rows themselves are few pages.
POSTGRESQL = """
CREATE TABLE pipeline_search (key bigint PRIMARY KEY, words tsvector NOT NULL) WITH (toast_tuple_target = 128)
"""
# A short list of what is not yet entered, for every search reads through it.
INDEX = """
CREATE INDEX pipeline_search_words ON pipeline_search USING gin (words) WITH (gin_pending_list_limit = 256)
"""


def make(apps: Any, editor: Any) -> None:
    postgresql = editor.connection.vendor == "postgresql"
    editor.execute(POSTGRESQL if postgresql else SQLITE)
    index.fill(apps.get_model("pipeline", "Revision").objects.all())
    if postgresql:
        editor.execute(INDEX)


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0005_listed")]
    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["url"], name="delivery_url", condition=~models.Q(url="")),
        ),
        migrations.RunPython(make, lambda apps, editor: editor.execute("DROP TABLE pipeline_search")),
    ]
