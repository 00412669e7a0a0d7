import datetime as dt

import pytest

import migplan
from migplan.analyses.backtest.factors import KEYS
from migplan.errors import MigplanError
from migplan.facts import own_folder
from migplan.facts.compile import compile_folders
from migplan.facts.keys import DEVICE, HOST, MOVER, TARGET

DAY = dt.date(2026, 11, 24)
MOVER_FILE = """
name = "Another"
summary = "x"
cloud = "none"
like = "{like}"
behaviour = "files"
phases = "overlapped"
encrypted = true
verifies = ["none"]
verifies_by_default = "none"
paths = []

[facts.run_time]
value = 3
low = 1
high = 9
unit = "s"
source = "assumption: test"
as_of = 2026-11-01
"""
PRIOR = """
[facts.run_time.prior]
value = {value}
low = 1
high = 5
source = "assumption: test"
as_of = 2026-11-01
"""


def check(tmp_path, text):
    folder = tmp_path / "movers"
    folder.mkdir(exist_ok=True)
    (folder / "another.toml").write_text(text, encoding="utf-8")
    return compile_folders([own_folder(), tmp_path])


def test_a_mover_has_in_common_what_it_does_not_state(catalogue):
    kin, own = catalogue.movers["object-copier"], catalogue.movers["s5cmd"]
    assert own.facts["run_time"] is not None
    assert own.facts["run_time"].id == kin.facts["run_time"].id
    assert own.facts["files_in_flight"].value == 256 != kin.facts["files_in_flight"].value


@pytest.mark.parametrize("like", ["absent", "rclone"])
def test_movers_are_like_classes_and_nothing_else(tmp_path, like):
    with pytest.raises(MigplanError, match=f"another.toml: like: no '{like}' of this kind"):
        check(tmp_path, MOVER_FILE.format(like=like))


def test_a_fitted_fact_keeps_its_prior_and_its_cases(tmp_path):
    whole = MOVER_FILE.format(like="") + 'cases = ["a.1"]\n' + PRIOR.format(value=2)
    row = check(tmp_path, whole)["movers"]["another"]["facts"]["run_time"]
    assert (row["prior"], row["cases"]) == ([2, 1, 5], ["a.1"])


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ('cases = ["a.1"]\n', "wanted a prior and cases together"),
        (PRIOR.format(value=2), "wanted a prior and cases together"),
        ('cases = ["a.1"]\n' + PRIOR.format(value=7), "wanted 0 < low <= value <= high, found 1.0, 7.0, 5.0"),
    ],
)
def test_half_of_a_fit_is_refused(tmp_path, more, found):
    with pytest.raises(MigplanError, match=found):
        check(tmp_path, MOVER_FILE.format(like="") + more)


def test_what_stands_for_others_is_in_no_plan():
    plan = migplan.plan(
        volume="1 TB", files="1M", link="1 Gbps", protocol="nfs", keep="posix", today=DAY, samples=0
    )
    movers = {option.mover for option in plan.options}
    assert movers >= {"rsync", "fpsync", "datasync-basic"}
    assert not movers & {"cp", "touch", "scp", "file-copier", "object-copier", "azcopy", "storage-mover"}
    assert not {target.id for target in plan.targets} & {"file-server", "webdav", "azure-blob", "gcs"}


def test_constants_that_cases_move_are_read_by_the_engine():
    assert set(KEYS) <= {*MOVER, *TARGET, *DEVICE}
    assert set(HOST) == {"network_rate", "file_rate"}


def test_classes_state_what_tools_have_in_common(catalogue):
    classes = {m.like for m in catalogue.movers.values() if m.like}
    assert classes == {
        "managed-transfer",
        "object-copier",
        "file-copier",
        "stream-copier",
        "wide-area-copier",
    }
    for name in classes:
        profile = catalogue.movers[name]
        assert not profile.paths
        assert {"round_trips", "per_file_time", "scaling", "task_rate", "scan_rate", "run_time"} <= set(
            profile.facts
        )
