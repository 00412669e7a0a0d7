"""A move that is running: what its tools say of it, and what is left of the plan."""
