"""Where articles go: one package a channel, knowing nothing of Django or the database."""
