"""Draw the events of a run, and what an inspection found, for people and for CI services."""
