"""Kept: backups that were proved by restoring them, restoring without posting twice, upgrading."""
