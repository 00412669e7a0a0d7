"""Shares that are planned together: sites, waves, file systems that several share, and the optimum."""
