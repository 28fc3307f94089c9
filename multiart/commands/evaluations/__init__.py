"""What `evaluate` does for each suite; a module has the name of its suite."""
