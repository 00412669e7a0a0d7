"""What all rooms share: a cache of their own, the command line in this process, golden files, and what is slow."""

import gc
import io
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STARTED = ("os.fork", "os.forkpty", "os.posix_spawn", "subprocess.Popen")
_processes = {"allowed": True}


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")
    parser.addoption("--every-question", action="store_true", help="ask all plain questions, not one in four")


def pytest_configure(config):
    """Give the tests a cache of their own, and every worker of xdist a copy of what was compiled once."""
    folder = Path(tempfile.mkdtemp(prefix="migplan-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    if hasattr(config, "workerinput"):
        shutil.copytree(config.workerinput["cache"], folder, dirs_exist_ok=True)
    os.environ["MIGPLAN_CACHE_DIR"] = str(folder)
    # Where modules are not kept compiled, every process that a test starts would compile them.
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    # A shell that runs the tests behind its back lets them, and what they start, ignore interrupts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        from migplan.facts import load

        load()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Tell a worker of xdist where the compiled catalogue lies."""
    node.workerinput["cache"] = os.environ["MIGPLAN_CACHE_DIR"]


def pytest_collection_finish():
    # Tests are all in memory by now and stay there: nothing of them needs to be looked through for circles again.
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item):
    _processes["allowed"] = item.get_closest_marker("slow") is not None


def pytest_runtest_teardown(item):
    _processes["allowed"] = True


def _refuse_processes(event, arguments):
    if event in STARTED and not _processes["allowed"]:
        pytest.fail("starts a process: mark it slow, or use the fixture `call`", pytrace=False)


sys.addaudithook(_refuse_processes)


@pytest.fixture(scope="session")
def catalogue():
    """The facts that come with migplan."""
    from migplan.facts import load

    return load()


@pytest.fixture
def golden(request):
    """Compare a text with a file that a reviewer can read."""

    def check(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture
def call(capsysbinary, monkeypatch):
    """Run the command line in this process; gives exit status, standard output and standard error as texts."""
    from migplan.cli import main

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["migplan", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
        out, err = capsysbinary.readouterr()
        return status, out.decode(), err.decode()

    return run
