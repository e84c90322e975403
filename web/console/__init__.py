"""The officers' console: what came in, what waits for a person, what went where."""
