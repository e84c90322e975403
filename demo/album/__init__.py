"""`make pictures`: every page that the web answers, on a desk and on a telephone, for docs/."""
