"""Many shares at once: tables in and out."""
