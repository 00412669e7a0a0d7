"""Progress as tools write it; names and numbers are invented."""

import os

import pytest

WRITTEN = 1795900000.0
"""When the files of these tests were last written: 2026-11-28 21:06:40 UTC."""


@pytest.fixture
def written(tmp_path):
    """Write a file as of a fixed moment."""

    def write(name, content, at=WRITTEN):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (at, at))
        return path

    return write
