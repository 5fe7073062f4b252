"""A module to import."""

__version__ = "1.0"
