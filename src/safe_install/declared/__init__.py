"""Read what a project has written down, without running any of it: all pure."""
