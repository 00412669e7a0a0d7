"""Readers of listings that other tools make, one module for each kind."""
