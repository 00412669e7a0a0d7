"""A server on this machine, and waits that take no time."""

import pytest
from tests.pricelists.making import serving

from migplan import cache


@pytest.fixture
def server():
    with serving() as made:
        yield made


@pytest.fixture
def waits(monkeypatch):
    """How long was waited, in place of waiting."""
    found = []
    monkeypatch.setattr("migplan.pricelists.fetching.time.sleep", found.append)
    return found


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """Nothing that another test has fetched; the compiled catalogue may stay."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for path in cache.folder().glob("price-list-*"):
        path.unlink()
