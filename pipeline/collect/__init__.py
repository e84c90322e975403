"""From a feed's bytes to revisions: fetch, decode, parse, dates, clean, identity."""
