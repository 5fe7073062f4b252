"""Write the table of what releases of build tools took away, read off their wheels."""
