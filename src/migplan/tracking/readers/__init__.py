"""Readers of progress, a module for each family of tools."""
