"""What finished moves of a tool say, in the engine: facts of the tool, of its class and of its way to a target."""

import datetime as dt

import numpy as np
import pytest
from msgspec import structs
from tests.stacks import with_agents

from migplan.engine.case import Case
from migplan.engine.copying import copy_online
from migplan.engine.learned import has_learned
from migplan.engine.parameters import Parameters
from migplan.engine.search import best_by_enumeration, find_winners
from migplan.engine.settings import spread_of
from migplan.errors import MigplanError
from migplan.facts import Fact, load, own_folder
from migplan.facts.keys import DEVICE, MOVER, TIME_FACTORS
from migplan.inputs.pilot import with_measured
from migplan.inputs.workload import read_workload

DAY = dt.date(2026, 11, 29)
NFS = {
    "volume": "20 TB", "files": "20M", "link": "10 Gbps", "protocol": "nfs", "app_change": "allowed", "keep": "none",
}  # fmt: skip
RSYNC = "rsync/direct-connect-10g/efs"


@pytest.fixture(scope="module")
def catalogue():
    return load()


def facts(**values):
    return {
        key: Fact(
            f"movers/rsync.{key}", value, value, value, "1", value, "1", "assumption: test", "", "assumed"
        )
        for key, value in values.items()
    }


def taught(catalogue, name, values, target=""):
    """The catalogue with factors of a mover, at all sizes where they are one number."""
    stated = facts(**(dict.fromkeys(TIME_FACTORS, values) if isinstance(values, float) else values))
    mover = catalogue.movers[name]
    if target:
        mover = structs.replace(mover, towards={**mover.towards, target: stated})
    else:
        mover = structs.replace(mover, facts={**mover.facts, **stated})
    return structs.replace(catalogue, movers={**catalogue.movers, name: mover})


def opened(catalogue, **fields):
    return Case(with_agents(read_workload({**NFS, **fields}, catalogue.assumptions, DAY)), catalogue, DAY)


def option_of(case, name):
    return next(option for option in case.open_options if option.id == name)


def seconds(catalogue, name=RSYNC, **fields):
    case = opened(catalogue, **fields)
    copy = copy_online(Parameters([option_of(case, name)], ""), case.workload, case.assumed)
    return float(np.squeeze(copy.copy))


def test_a_factor_of_a_tool_is_one_of_its_time(catalogue):
    assert seconds(taught(catalogue, "rsync", 3.0)) == pytest.approx(3.0 * seconds(catalogue))


def test_our_part_of_the_line_carries_what_it_carries(catalogue):
    way, full = "rsync/vpn/efs", {"files": "20", "link": "10 Mbps"}
    before = seconds(catalogue, way, **full)
    assert seconds(taught(catalogue, "rsync", 0.2), way, **full) == pytest.approx(before, rel=1e-3)


def test_one_towards_a_target_holds_there_alone_and_goes_before_the_tools_own(catalogue):
    found = taught(taught(catalogue, "rsync", 2.0), "rsync", 5.0, "efs")
    assert seconds(found) == pytest.approx(5.0 * seconds(catalogue))
    other = "rsync/direct-connect-10g/fsx-openzfs"
    assert seconds(found, other) == pytest.approx(2.0 * seconds(catalogue, other))


def test_options_of_one_mover_towards_several_targets_are_told_apart_in_a_stack(catalogue):
    case = opened(taught(catalogue, "rsync", 5.0, "efs"))
    ways = ["rsync/direct-connect-10g/fsx-openzfs", RSYNC]
    p = Parameters([option_of(case, way) for way in ways], "")
    assert np.broadcast_to(p.get("mover", "time_factor_1mb", 1.0), (2, 1, 1)).ravel().tolist() == [1.0, 5.0]


@pytest.mark.parametrize(
    ("files", "factor"),
    [("20G", 1.0), ("200M", 1.0), ("63245553", 2.0), ("20M", 4.0), ("6324555", 2.0), ("2M", 1.0)],
)
def test_between_sizes_the_logarithm_runs_straight(catalogue, files, factor):
    """20 TB in files of 1 kB, 100 kB, 316 kB, 1 MB, 3.16 MB and 10 MB; four times as long was learned at 1 MB."""
    found = taught(catalogue, "rsync", {**dict.fromkeys(TIME_FACTORS, 1.0), "time_factor_1mb": 4.0})
    before = seconds(catalogue, files=files)
    assert seconds(found, files=files) == pytest.approx(factor * before)


def test_tools_have_in_common_what_was_learned_of_their_class(tmp_path):
    overlay(tmp_path, "file-copier", LEARNED)
    assert seconds(load([tmp_path])) == pytest.approx(3.0 * seconds(load()))


LEARNED = "".join(
    f'\n[facts.{key}]\nvalue = 3\nunit = "1"\nsource = "assumption: test"\nas_of = 2026-11-29\n'
    for key in TIME_FACTORS
)


def overlay(folder, mover, more):
    """A profile of ours with more behind it."""
    text = (own_folder() / "movers" / f"{mover}.toml").read_text(encoding="utf-8")
    (folder / "movers").mkdir()
    (folder / "movers" / f"{mover}.toml").write_text(text + more, encoding="utf-8")


def test_an_unknown_target_is_a_fault(tmp_path):
    overlay(tmp_path, "rsync", LEARNED.replace("[facts.", "[towards.efsx."))
    with pytest.raises(MigplanError, match="towards: no target 'efsx'"):
        load([tmp_path])


def test_what_was_learned_makes_the_spread_that_of_one_move(catalogue):
    before, after = opened(catalogue), opened(taught(catalogue, "rsync", 2.0, "efs"))
    assert spread_of(option_of(before, RSYNC), before) == catalogue.assumptions["sigma_vendor"].value
    assert spread_of(option_of(after, RSYNC), after) == catalogue.assumptions["sigma_history"].value
    other = option_of(after, "rsync/direct-connect-10g/fsx-openzfs")
    assert not has_learned(other)
    assert spread_of(other, after) == catalogue.assumptions["sigma_vendor"].value


def test_a_pilot_goes_before_what_was_learned(catalogue):
    found = taught(taught(catalogue, "rsync", 2.0), "rsync", 5.0, "efs")
    measured = with_measured(found, found.movers["rsync"], "efs", "nfs", {}, "pilot")
    here, elsewhere = measured.movers["rsync onto efs"], measured.movers["rsync"]
    assert not here.towards
    assert not set(TIME_FACTORS) & set(here.facts)
    assert set(TIME_FACTORS) <= set(elsewhere.facts)


def test_every_size_is_a_key_of_movers_and_devices_and_is_read(catalogue):
    assert set(TIME_FACTORS) <= set(MOVER)
    assert set(TIME_FACTORS) <= set(DEVICE)
    for key, size in TIME_FACTORS.items():
        found = taught(catalogue, "rsync", {key: 2.0})
        files = f"{20e12 / size:.0f}"
        assert seconds(found, files=files) == pytest.approx(2.0 * seconds(catalogue, files=files), rel=1e-6)


def test_a_search_finds_the_winners_of_all_with_what_was_learned(catalogue):
    found = taught(taught(catalogue, "datasync-basic", 0.2, "efs"), "fpsync", 4.0)
    volumes = np.geomspace(1e11, 1e15, 200)[:, None]
    case = opened(found)
    w = structs.replace(
        case.workload, volume=volumes, files=volumes / 1e5, file_size=np.full_like(volumes, 1e5)
    )
    case = case.of(w)
    options = case.open_options
    assert find_winners(case, options).index.tolist() == best_by_enumeration(case, options).index.tolist()
