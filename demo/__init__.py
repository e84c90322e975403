"""A whole office on one machine: sample agencies, and strict stand-ins for the services that Loa talks to."""
