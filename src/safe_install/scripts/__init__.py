"""Scripts that the target's interpreter runs; they know nothing of this package."""
