"""Inputs that are no regular file are read once, from beginning to end."""

import os
import subprocess
import sys
import threading

import pytest
from tests.estate.conftest import generated, rows_of

TODAY = ("--today", "2026-11-23")
FEW = "volume,link\n1 TB,1 Gbps\n2 TB,1 Gbps\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name")
def test_a_pipe_with_a_name_is_read_once(migplan, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_text(FEW))
    writer.start()
    done = migplan("pipe", "-o", "out.csv", *TODAY)
    writer.join(timeout=10)
    assert done.returncode == 0, done.stderr
    assert len(rows_of((tmp_path / "out.csv").read_bytes())) == 2


@pytest.mark.skipif(not os.path.exists("/dev/stdin"), reason="no /dev/stdin")
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pipe", "file"])
def test_standard_input_by_its_path_is_read_by_whoever_has_it(tmp_path, kind):
    text = generated(1200)
    (tmp_path / "in.csv").write_text(text)
    command = [
        sys.executable,
        "-m",
        "migplan",
        "batch",
        "/dev/stdin",
        "-o",
        "out.csv",
        "--options",
        "families",
        *TODAY,
    ]
    options = {"cwd": tmp_path, "capture_output": True, "check": False}
    if kind == "pipe":
        done = subprocess.run(command, input=text.encode(), **options)
    else:
        with (tmp_path / "in.csv").open("rb") as file:
            done = subprocess.run(command, stdin=file, **options)
    assert done.returncode == 0, done.stderr
    assert len({row["name"] for row in rows_of((tmp_path / "out.csv").read_bytes())}) == 1200
