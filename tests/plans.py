"""Plans that tests of what is told look at."""

import datetime as dt

import migplan


def typical(base, **given):
    """A plan of some fields with others over them, by typical values, on one day."""
    return migplan.plan(today=dt.date(2026, 11, 28), samples=0, **{**base, **given})
