"""A month of the demo office in minutes: everything goes wrong that may, and each promise is held to it."""
