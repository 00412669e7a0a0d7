"""Every fact that a profile may state is read by something, and plans tell those that they read."""

import datetime as dt
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

import migplan
from migplan.analyses.plan import plan_case
from migplan.engine.case import Case
from migplan.engine.copying import Assumed
from migplan.engine.targets import SIZED_BY, size
from migplan.facts import load
from migplan.facts.catalogue import Assumptions
from migplan.facts.compile import compile_folders
from migplan.facts.keys import FOR_INVENTORIES, KEYS, RETIRED, TIME_FACTORS
from migplan.facts.overlays import check_folder
from migplan.facts.store import own_folder
from migplan.inputs.workload import read_workload

DAY = dt.date(2026, 11, 29)
ROOT = Path(migplan.__file__).parent
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (*ROOT.rglob("*.py"), *ROOT.rglob("*.toml"))
    if path.parent.name != "facts" and "profiles" not in path.parts
)
FACTS = load()


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind, keys in KEYS.items() for key in keys])
def test_every_key_is_read_or_waits_for_inventories(kind, key):
    # As a text, as a field of the engine's own assumptions, or by what a workload knows of its line.
    read = re.search(rf"""["']{key}["']|\b{key}: Numeric|workload\.{key}["']""", CODE)
    if key in TIME_FACTORS:
        return  # read one after the other, which tests/engine/test_learned.py has
    by_knowledge = key.startswith("sigma_") and re.search(r"""f["']sigma_\{""", CODE)
    assert (read or by_knowledge) if key not in FOR_INVENTORIES else not read


@pytest.mark.parametrize("kind", KEYS)
def test_every_key_is_stated_by_one_of_our_profiles(kind):
    stated = set()
    for data in compile_folders([own_folder()])[kind].values():
        tables = [
            data["facts"],
            *data.get("regional", {}).values(),
            *(p["facts"] for p in data.get("paths", ())),
            *(own["facts"] for own in data.get("configurations", ())),
        ]
        stated.update(key for table in tables for key in table)
    # What is learned from finished moves stands in overlays alone.
    learned = set(TIME_FACTORS) if kind in ("movers", "devices") else set()
    assert stated == set(KEYS[kind]) - learned


class Recorder(dict):
    """Facts that remember which of them were asked for."""

    def __init__(self, facts, asked):
        dict.__init__(self, facts)
        self.asked = asked

    def get(self, key, default=None):
        return self[key] if key in self else default  # noqa: SIM401 - `get` itself

    def __getitem__(self, key):
        fact = super().__getitem__(key)
        self.asked.add(fact.id)
        return fact


class RecordingAssumptions(Recorder, Assumptions):
    """The same of assumptions, those of a use among them."""

    def __init__(self, facts, uses, asked):
        Recorder.__init__(self, facts, asked)
        self.uses, self.regions, self.names = uses, facts.regions, facts.names

    def of(self, use):
        return Recorder({**self, **self.uses[use].facts}, self.asked)


def recording(facts, asked):
    def record(profile):
        regional = {region: Recorder(table, asked) for region, table in profile.regional.items()}
        profile = replace(profile, facts=Recorder(profile.facts, asked), regional=regional)
        if hasattr(profile, "configurations"):
            profile = replace(profile, configurations=tuple(map(record, profile.configurations)))
        if not hasattr(profile, "paths"):
            return profile
        paths = tuple(replace(path, facts=Recorder(path.facts, asked)) for path in profile.paths)
        return replace(profile, paths=paths)

    kinds = {
        kind: {name: record(profile) for name, profile in getattr(facts, kind).items()}
        for kind in ("movers", "routes", "devices", "targets")
    }
    uses = {name: replace(use, facts=Recorder(use.facts, asked)) for name, use in facts.uses.items()}
    assumptions = RecordingAssumptions(facts.assumptions, uses, asked)
    return replace(facts, **kinds, uses=uses, assumptions=assumptions)


TO_NUMBERS = {
    f"assumptions/workload.{name}"
    for name in (*Assumed.__struct_fields__, "miss_power", "outage_free", "outage_per_byte")
}
IN_REPORTS = {"assumptions/workload.dns_ttl", "assumptions/workload.rollback_time"}


@pytest.mark.parametrize(
    "given",
    [
        {
            "volume": "150 TB",
            "link": "1 Gbps",
            "files": "40M",
            "deadline": "90 days",
            "cutover_window": "24 hours",
        },
        {"volume": "20 TB", "protocol": "nfs", "support": "enterprise", "encryption": "required"},
        {"volume": "20 TB", "link": "1 Gbps", "cloud": "azure", "optimize": "time"},
        {"volume": "20 TB", "link": "1 Gbps", "budget": "100 USD"},
        {"volume": "20 TB", "link": "1 Gbps", "deadline": "1 day", "cutover_days": "Sat"},
    ],
)
def test_a_plan_tells_the_facts_that_it_read_and_no_others(given):
    asked = set()
    plan = plan_case(Case.read(given, recording(FACTS, asked), DAY), samples=32)
    told = {fact.id for fact in plan.facts if not fact.id.startswith("prices/")}
    assert told - asked <= IN_REPORTS
    if not plan.recommendation.meets:
        # What a change would make of it is another plan, which tells its own.
        return
    # The engine turns its few assumptions into numbers whether an option comes to need them or not.
    assert asked - told <= TO_NUMBERS
    assert not {name for name in told if name.rpartition(".")[2] in FOR_INVENTORIES}


@pytest.mark.slow
def test_assumptions_are_told_where_they_count():
    def told(**given):
        plan = migplan.plan(volume="20 TB", link="1 Gbps", today=DAY, **given)
        return {
            fact.id.removeprefix("assumptions/workload.") for fact in plan.facts if "assumptions" in fact.id
        }

    plain = told(samples=0)
    assert not plain & {"encryption_goodput", "sigma_line", "sigma_vendor", "sigma_measured"}
    assert plain >= {"staff_rate", "work_circuit", "share", "round_trip_time", "unknown_price_margin"}
    assert "encryption_goodput" in told(samples=0, encryption="required")
    assert "work_circuit" not in told(samples=0, new_circuits="no")
    assert "share" not in told(samples=0, share="70 %")
    assert told(samples=8) >= {"sigma_line", "sigma_vendor"}
    assert "new_circuit_share" in plain
    assert "new_circuit_share" not in told(samples=0, new_circuits="no")


def test_sizing_reads_the_facts_that_are_told_for_it():
    asked = set()
    w = read_workload({"volume": "20 TB"}, FACTS.assumptions, DAY)
    for target in recording(FACTS, asked).targets.values():
        for own in target.configurations or (target,):
            size(own, w, 0.0)
    assert {name.rpartition(".")[2] for name in asked} == set(SIZED_BY)


def test_more_files_than_a_volume_takes_unasked_are_told():
    def cautions(files):
        plan = migplan.plan(volume="50 TB", files=files, link="1 Gbps", samples=0, today=DAY)
        target = next(target for target in plan.targets if target.id == "fsx-ontap")
        return [caution.text for caution in target.cautions if caution.code == "raise-files"]

    assert cautions("21M") == []
    assert cautions("30M") == [
        "more files than the 21,251,126 that one volume takes until its limit is raised"
    ]


def test_keys_that_nothing_reads_any_more_load_and_are_told(tmp_path):
    assert not any(set(RETIRED[kind]) & set(KEYS[kind]) for kind in RETIRED)
    (tmp_path / "devices").mkdir()
    ours = (own_folder() / "devices" / "snowball-edge-210tb.toml").read_text(encoding="utf-8")
    fact = '[facts.weight]\nvalue = 22\nunit = "1"\nsource = "https://x"\nas_of = 2026-01-01\n\n[facts.fill]'
    (tmp_path / "devices" / "snowball-edge-210tb.toml").write_text(
        ours.replace("[facts.fill]", fact), encoding="utf-8"
    )
    assert "weight" not in load([tmp_path]).devices["snowball-edge-210tb"].facts
    assert check_folder(tmp_path, DAY)[1] == (
        "devices/snowball-edge-210tb.toml: nothing reads the fact weight any more",
    )
