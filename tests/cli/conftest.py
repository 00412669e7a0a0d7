import sys

import pytest

from migplan.cli import main


@pytest.fixture
def call(capsys, monkeypatch):
    """Run the command line inside this process; gives exit status, standard output and standard error."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["migplan", *map(str, arguments)])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
        told = capsys.readouterr()
        return status, told.out, told.err

    return run
