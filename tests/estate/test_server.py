"""When the server of worker processes is begun."""

import multiprocessing.forkserver
import signal
import subprocess
import sys

import pytest

from migplan.estate.server import WORTH_SEVERAL, begin

pytestmark = pytest.mark.skipif(
    "forkserver" not in multiprocessing.get_all_start_methods(), reason="wants a server that forks"
)


@pytest.fixture
def begun(monkeypatch):
    """What became of interrupts whenever a server was begun."""
    found = []
    ensure = lambda: found.append(signal.getsignal(signal.SIGINT))  # noqa: E731
    monkeypatch.setattr(multiprocessing.forkserver, "ensure_running", ensure)
    return found


def test_a_long_file_has_one_that_interrupts_do_not_reach(tmp_path, begun):
    path = tmp_path / "in.csv"
    path.write_bytes(b"v" * WORTH_SEVERAL)
    usual = signal.getsignal(signal.SIGINT)
    begin((path,), 2)
    assert begun == [signal.SIG_IGN]
    assert signal.getsignal(signal.SIGINT) == usual


@pytest.mark.parametrize(("size", "workers"), [(WORTH_SEVERAL - 1, 2), (WORTH_SEVERAL, 1), (None, 2)])
def test_what_one_process_does_needs_none(tmp_path, begun, size, workers):
    path = tmp_path / "in.csv"
    if size is not None:
        path.write_bytes(b"v" * size)
    begin((path,), workers)
    assert begun == []


@pytest.mark.slow
def test_it_begins_before_the_command_loads_what_it_needs(tmp_path):
    (tmp_path / "in.csv").write_bytes(b"volume\n" + b"1 TB\n" * WORTH_SEVERAL)
    program = (
        "import sys, multiprocessing.forkserver as server\n"
        "def ensure_running():\n"
        "    sys.exit('too late' if 'migplan.estate.run' in sys.modules else 'in time')\n"
        "server.ensure_running = ensure_running\n"
        "from migplan.cli.batch import batch\n"
        "batch(['in.csv', '-o', 'out.csv'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=False)
    assert done.stderr.decode().strip() == "in time"


@pytest.mark.slow
def test_what_it_forks_finds_the_facts_loaded():
    program = (
        "from migplan.facts import load, store\n"
        "load()\n"
        "store._held.clear()\n"
        "import importlib\n"
        "from migplan.estate import server\n"
        "importlib.import_module(server._PRELOADED)\n"
        "print(len(store._held))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "1"
