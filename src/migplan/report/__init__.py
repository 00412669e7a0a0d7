"""Finished plans to texts. Nothing here computes; each section is a function of the plan."""
