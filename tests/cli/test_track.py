"""`migplan track` on the command line: what it reads, keeps and writes, and how it fails."""

import json

import pytest

ROWS = "time,bytes,files\n2026-11-24T08:00Z,0,0\n" + "".join(
    f"2026-11-{day}T08:00Z,{amount} TB,{amount * 100_000}\n"
    for day, amount in ((25, 3), (26, 6), (27, 9), (28, 12))
)


@pytest.fixture
def files(call, tmp_path):
    plan, progress = tmp_path / "plan.json", tmp_path / "samples.csv"
    status, _, err = call(
        "plan", "--volume", "20 TB", "--files", "2M", "--link", "1 Gbps", "--deadline", "2026-12-20",
        "--today", "2026-11-23", "--timezone", "UTC", "--samples", "50", "-o", plan,
    )  # fmt: skip
    assert (status, err) == (0, "")
    progress.write_text(ROWS)
    return plan, progress


def test_a_move_is_followed_and_kept(call, files, tmp_path):
    state, page = tmp_path / "state.json", tmp_path / "page.html"
    status, out, err = call("track", *files, "-o", state, "--report", page, "--samples", "100")
    assert (status, err) == (0, "")
    assert "60 % of the work is done" in out
    assert json.loads(state.read_text())["schema"] == "migplan.track-state/1"
    assert "<svg" in page.read_text()
    status, out, _ = call("track", files[0], "-o", state, "--format", "json", "--samples", "100")
    assert (status, json.loads(out)["schema"]) == (0, "migplan.track/1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "wanted what a tool says of its progress, or a state"),
        (("nothing.csv",), "nothing.csv: cannot be read"),
        (("{progress}", "--zone", "Nowhere"), "--zone"),
        (("{progress}", "--option", "robocop/vpn/fsx-windows"), "did you mean"),
        (("{progress}", "--report", "x.docx"), "wanted a name that ends in"),
        (("{progress}", "-o", "{progress}"), "is an input of this command"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_an_exit_status(call, files, arguments, said):
    plan, progress = files
    told = [argument.format(progress=progress) for argument in arguments]
    status, out, err = call("track", plan, *told)
    assert (status, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_an_input_is_never_replaced(call, files):
    plan, progress = files
    log = progress.rename(progress.with_suffix(".md"))
    cases, own = log.with_name("cases.md"), log.with_name("own")
    own.mkdir()
    cases.touch()
    for report in (log, plan, cases, own / "page.md"):
        before = report.read_bytes() if report.exists() else b""
        status, _, err = call(
            "track", plan, log, "--finish", cases, "--profiles", own, "--report", report, "--force"
        )
        assert (status, "this command" in err) == (2, True), err
        assert (report.read_bytes() if report.exists() else b"") == before
    status, _, err = call("track", plan, log, "--profiles", own, "-o", own / "state.json")
    assert (status, [*own.iterdir()]) == (2, []), err
