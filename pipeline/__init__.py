"""The way of an article, from an agency's feed to a receipt; the only owner of the database."""
