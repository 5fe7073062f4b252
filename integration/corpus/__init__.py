"""Measure what becomes of real sdists that a manifest lists."""
