"""A full copy that is under way when a plan is made: what is left of it, and since when it runs."""

from __future__ import annotations

import math

from msgspec import Struct


class Begun(Struct, frozen=True):
    """Where a full copy stands. Nothing has to be ordered or set up any more.

    Attributes
    ----------
    at : float
        From midnight of the start date until now. [s]
    age : float
        Since the first byte, or since the begin of the last pass that is done: what changed since is to be sent. [s]
    volume : float
        Not copied yet. [B]
    files : float
        Not copied yet; NaN where only bytes are known, of which they have the part. [1]
    listed : bool
        Whether all is listed, so that only copying is left.
    verified : float
        Time that the verification behind the copy runs already. [s]
    done : bool
        Whether the first pass is over, its verification too.
    """

    at: float
    age: float = 0.0
    volume: float = 0.0
    files: float = math.nan
    listed: bool = True
    verified: float = 0.0
    done: bool = False
