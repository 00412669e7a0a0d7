"""The public records, built from evaluations."""
