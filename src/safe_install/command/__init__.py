"""Be the command: from the command line to a run, and to its exit status."""
