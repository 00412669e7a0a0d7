"""Prices from the public price lists of clouds: what is asked of them, reading them, and the overlay that comes of it.

Nothing of this is loaded for a plan: prices come from profiles alone, and an overlay is a folder of such.
"""
