"""Three faces on one site: the officers' console, the press agencies' feeds, the public portal."""
