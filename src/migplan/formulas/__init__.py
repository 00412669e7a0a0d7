"""The arithmetic: plain functions on floats or arrays in base units. They know no product and no file.

Base units are bytes, bytes per second, seconds and USD. Every argument broadcasts as numpy does.
"""

from typing import Any

from numpy.typing import NDArray

Numeric = float | NDArray[Any]
"""A float, or an array that broadcasts with the other arguments."""
