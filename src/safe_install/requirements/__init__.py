"""Read requirements as they are written, on the command line and in files, and write them otherwise."""
