"""A module to import."""
