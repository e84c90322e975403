"""Everything that officers have, found again by its words, with and without diacritics."""
