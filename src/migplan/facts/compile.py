"""Profile files to their compiled form: validated, in base units, plain enough for JSON.

Every fault of every file is found in one go and told with file, table and key.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import json
from pydantic import BaseModel, ValidationError

from migplan import units
from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.facts.folders import Contents, File, read_folders
from migplan.facts.keys import KEYS, OPTIONAL, RETIRED
from migplan.facts.schema import MODELS
from migplan.files import parse_toml
from migplan.text import did_you_mean

Compiled = dict[str, dict[str, Mapping[str, Any]]]

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PRICE_BASES = ("USD/B", "USD/B/s", "USD/item", "USD/item/s", "USD/s", "USD")


def compile_folders(folders: Sequence[Path]) -> Compiled:
    """Read profile folders. See `compile_files`."""
    return compile_files(read_folders(folders))


def compile_files(contents: Contents) -> Compiled:
    """Make the compiled form of profiles, those of later folders over those of earlier ones by id.

    Raises
    ------
    MigplanError
        With every fault found in any file.
    """
    faults = list(contents.faults)
    compiled: Compiled = {kind: {} for kind in MODELS}
    for file in contents.files:
        data, found = _compile_file(file.kind, file.name, file.data)
        faults.extend(found)
        if data is not None:
            compiled[file.kind][file.name] = data
    faults.extend(_dangling(compiled))
    faults.extend(_same_names(compiled))
    faults.extend(_unstated(compiled))
    if faults:
        raise MigplanError(faults)
    # Where lists have a price is for whoever reads these; a plan does not.
    compiled["prices"] = {
        name: {key: value for key, value in data.items() if key != "listed"}
        for name, data in compiled["prices"].items()
    }
    return compiled


# Who plans again by other facts has changed one file of hundreds.
@functools.lru_cache(maxsize=1024)
def _compile_file(kind: str, name: str, content: bytes) -> tuple[Mapping[str, Any] | None, tuple[Fault, ...]]:
    """A profile in its compiled form, None where it has none, and its faults."""
    faults: list[Fault] = []
    place = File(0, kind, name, content).place
    if _ID.fullmatch(name) is None:
        text = "wanted a file name of lower-case letters, digits and hyphens"
        faults.append(Fault("bad-profile", place, text))
    try:
        model = MODELS[kind].model_validate(parse_toml(content, place))
    except MigplanError as error:
        return None, (*faults, *error.faults)
    except ValidationError as error:
        return None, (*faults, *_told(place, error))
    return _Compiler(kind, name, place, faults).compile(model), tuple(faults)


_CONDITIONS = (("volume_above", "B"), ("link_below", "B/s"), ("reduction_above", "1"))
"""Conditions of checks that are quantities, and their base units."""


def _told(place: str, error: ValidationError) -> Iterator[Fault]:
    for item in error.errors(include_url=False, include_context=False):
        where = ".".join(str(part) for part in item["loc"])
        found = "" if item["type"] in ("missing", "extra_forbidden") else f", found {shorten(item['input'])}"
        message = item["msg"].removeprefix("Value error, ")
        yield Fault("bad-profile", f"{place}: {where}" if where else place, f"{message}{found}")


class _Compiler:
    """Turns one valid model into plain data in base units."""

    def __init__(self, kind: str, name: str, place: str, faults: list[Fault]) -> None:
        self.kind, self.name, self.place, self.faults = kind, name, place, faults

    def compile(self, model: BaseModel) -> dict[str, Any]:
        data: dict[str, Any] = model.model_dump(mode="json")
        if self.kind == "prices":
            self._listed(data["listed"], data["unit"])
            del data["unlisted"]
            # As texts, of which those are read that somebody asks for.
            data["regions"] = {
                key: json.encode(self._price(key, row, data["unit"])).decode()
                for key, row in data["regions"].items()
            }
            return data
        if self.kind == "clouds":
            del data["price_list"]
        if self.kind in ("clouds", "closures", "running"):
            return data
        if self.kind == "checks":
            self._conditions(data)
            return data
        data["facts"] = self._facts(data["facts"], "facts", "")
        if self.kind == "targets":
            self._throughput(data, "")
            self._configurations(data["configurations"])
        self._paths(data.get("paths", ()))
        if "towards" in data:
            data["towards"] = {
                target: self._facts(facts, f"towards.{target}", f"towards.{target}.")
                for target, facts in data["towards"].items()
            }
        if "regional" in data:
            # The fact of a Region stands in the place of the general one, and has its id.
            data["regional"] = {
                region: self._facts(facts, f"regional.{region}", "")
                for region, facts in data["regional"].items()
            }
        return data

    def _configurations(self, configurations: Sequence[dict[str, Any]]) -> None:
        """What each configuration states, in base units, under its own id."""
        for own in configurations:
            place = f"configurations.{own['id']}"
            own["facts"] = self._facts(own["facts"], f"{place}.facts", f"{place}.")
            self._throughput(own, f"{place}.")
        for name, count in Counter(own["id"] for own in configurations).items():
            if count > 1:
                self._fault("configurations", f"{count} are called {name!r}; wanted a different id in each")

    def _paths(self, paths: Sequence[dict[str, Any]]) -> None:
        """Give each path its id, and each of its facts one that begins with it."""
        for path, name in zip(paths, path_ids(paths), strict=True):
            path["id"] = name
            path["facts"] = self._facts(path["facts"], f"paths.{name}.facts", f"paths.{name}.")
        for name, count in Counter(path["id"] for path in paths).items():
            if count > 1:
                self._fault("paths", f"{count} are called {name!r}; wanted a different id in each")

    def _fault(self, where: str, message: str) -> None:
        self.faults.append(Fault("bad-profile", f"{self.place}: {where}", message))

    def _facts(self, facts: dict[str, Any], table: str, place: str) -> dict[str, Any]:
        """The known ones of a table; their ids are those of the profile, `place` and key."""
        known = KEYS[self.kind]
        rows = {}
        for key, fact in facts.items():
            if key in RETIRED.get(self.kind, ()):
                continue
            if key not in known:
                self._fault(f"{table}.{key}", f"nothing reads this; wanted one of {', '.join(known)}")
            else:
                rows[key] = self._row(f"{table}.{key}", f"{place}{key}", fact, fact["unit"], known[key])
        return rows

    def _factor(self, where: str, unit: str, base: str) -> float:
        try:
            return units.factor(unit, base)
        except UnitError as error:
            self._fault(where, str(error))
            return float("nan")

    def _row(self, where: str, name: str, fact: dict[str, Any], unit: str, base: str) -> dict[str, Any]:
        scale = self._factor(f"{where}.unit", unit, base)
        value = fact["value"]
        low, high = (value if fact[side] is None else fact[side] for side in ("low", "high"))
        if low < 0:
            self._fault(where, f"{low} is negative; wanted 0 or more")
        status = "assumed" if fact["source"].startswith("assumption: ") else fact["status"]
        if fact["status"] == "unconfirmed":
            status = "unconfirmed"
        row = {
            "id": f"{self.kind}/{self.name}.{name}",
            "value": value * scale,
            "low": low * scale,
            "high": high * scale,
            "base": base,
            "shown": value,
            "unit": unit,
            "source": fact["source"],
            "as_of": fact["as_of"],
            "status": status,
            "note": fact["note"],
        }
        if fact.get("prior"):
            row["prior"] = [fact["prior"][side] * scale for side in ("value", "low", "high")]
            row["cases"] = fact["cases"]
        if fact.get("seed"):
            row["seed"] = fact["seed"]
        return row

    def _price(self, region: str, row: dict[str, Any], unit: str) -> dict[str, Any]:
        where = f"regions.{region}"
        base = next((base for base in _PRICE_BASES if _fits(unit, base)), None)
        if base is None:
            self._fault(
                "unit",
                f"{shorten(unit)} is not a price; wanted such as USD/GB, USD/GiB/month, USD/hour, USD/request",
            )
            return {"fact": None, "tiers": []}
        scale = units.factor(unit, base)
        tiers = []
        if row["tiers"]:
            start_scale = self._factor(f"{where}.tier_unit", row["tier_unit"] or "item", _counted(base))
            tiers = [[tier["start"] * start_scale, tier["value"] * scale] for tier in row["tiers"]]
            if tiers[0][0] != 0 or any(a[0] >= b[0] for a, b in itertools.pairwise(tiers)):
                self._fault(f"{where}.tiers", "wanted a first tier that starts at 0, and rising starts")
            row = {**row, "value": row["tiers"][0]["value"]}
        return {"fact": self._row(where, region, row, unit, base), "tiers": tiers}

    def _listed(self, listed: dict[str, Any] | None, unit: str) -> None:
        """Look whether what a list charges for is what the profile has a price for."""
        if listed is not None and listed["price"]:
            self._factor("listed.price", listed["price"], unit)
        base = next((base for base in _PRICE_BASES if _fits(unit, base)), None)
        if listed is not None and listed["tier_unit"] and base is not None:
            self._factor("listed.tier_unit", listed["tier_unit"], _counted(base))

    def _throughput(self, data: dict[str, Any], place: str) -> None:
        for index, steps in enumerate(data["throughput"]):
            scale = self._factor(f"{place}throughput.{index}.unit", steps["unit"], "B/s")
            steps["values"] = [value * scale for value in steps["values"]]
        advised, data["recommended"] = data["recommended"], []
        if advised is not None:
            volume = self._factor(f"{place}recommended.volume_unit", advised["volume_unit"], "B")
            rate = self._factor(f"{place}recommended.throughput_unit", advised["throughput_unit"], "B/s")
            data["recommended"] = [
                {"above": step["above"] * volume, "throughput": step["throughput"] * rate}
                for step in advised["steps"]
            ]

    def _conditions(self, data: dict[str, Any]) -> None:
        for index, when in enumerate(data["when"]):
            for key, base in _CONDITIONS:
                text, when[key] = when[key], None
                if text:
                    try:
                        when[key] = units.parse(text, base)
                    except UnitError as error:
                        self._fault(f"when.{index}.{key}", str(error))


def path_ids(paths: Sequence[Mapping[str, Any]]) -> list[str]:
    """What paths are called: by their `id`, or else by their content, whatever their order.

    A path without an id is called by what it reads and where to, and by the system it reads from where there is one.

    >>> path_ids([{"read": ["smb", "nfs"], "to": ["s3"]}, {"id": "mirror", "read": ["smb"], "to": ["efs"]}])
    ['smb-nfs-to-s3', 'mirror']
    """
    return [
        path.get("id") or "-".join((*path["read"], *(path.get("systems") or ()), "to", *path["to"]))
        for path in paths
    ]


def _fits(unit: str, base: str) -> bool:
    try:
        units.factor(unit, base)
    except UnitError:
        return False
    return True


def _counted(base: str) -> str:
    return "B" if base.startswith("USD/B") else "item" if base.startswith("USD/item") else "s"


def _dangling(compiled: Compiled) -> Iterator[Fault]:
    """References to things that are not there."""
    for kind, profiles in compiled.items():
        for name, data in profiles.items():
            yield from _unknown_clouds(kind, name, data, compiled)
    for name, data in compiled["clouds"].items():
        for leaving in data["leaving"]:
            if leaving["price"] not in compiled["prices"]:
                yield Fault("bad-profile", f"clouds/{name}.toml: leaving", f"no price {leaving['price']!r}")
    for name, data in compiled["prices"].items():
        cloud = data["listed"]["cloud"] if data["listed"] else ""
        if cloud and cloud not in compiled["clouds"]:
            yield _no_cloud(f"prices/{name}.toml: listed.cloud", cloud, compiled["clouds"])
    for kind in ("movers", "routes", "devices", "targets", "running"):
        for name, data in compiled[kind].items():
            place = f"{kind}/{name}.toml"
            yield from _unknown_words(place, data, compiled)
            for where, charge in _charges(data):
                for key in ("price", "cap_price"):
                    if charge[key] and charge[key] not in compiled["prices"]:
                        yield Fault("bad-profile", f"{place}: {where}.{key}", f"no price {charge[key]!r}")
            for path in data.get("paths", ()):
                for target in path["to"]:
                    if target not in compiled["targets"]:
                        yield Fault("bad-profile", f"{place}: paths.{path['id']}.to", f"no target {target!r}")
            like = data.get("like")
            if like and (like not in compiled[kind] or compiled[kind][like]["like"]):
                yield Fault(
                    "bad-profile", f"{place}: like", f"no {like!r} of this kind that is like no other"
                )
            for target in data.get("towards", ()):
                if target not in compiled["targets"]:
                    yield Fault("bad-profile", f"{place}: towards", f"no target {target!r}")
            bucket = data.get("bucket")
            if bucket and (bucket not in compiled[kind] or compiled[kind][bucket]["bucket"]):
                yield Fault(
                    "bad-profile", f"{place}: bucket", f"no target {bucket!r} that is in front of no other"
                )
            for mover in data.get("second_hop", ()):
                if mover not in compiled["movers"]:
                    yield Fault("bad-profile", f"{place}: second_hop", f"no mover {mover!r}")


_NO_CLOUD = ("any", "none")
"""What stands where no cloud is meant."""


def _unknown_clouds(kind: str, name: str, data: Mapping[str, Any], compiled: Compiled) -> Iterator[Fault]:
    """Clouds that are named and have no profile."""
    named = [("cloud", data["cloud"])] if "cloud" in data else []
    charges = _charges(data) if "charges" in data else ()
    named += [(f"{where}.clouds", cloud) for where, charge in charges for cloud in charge["clouds"]]
    named += [
        (f"when.{n}.clouds", cloud) for n, when in enumerate(data.get("when", ())) for cloud in when["clouds"]
    ]
    named += [
        (f"paths.{path['id']}.clouds", cloud) for path in data.get("paths", ()) for cloud in path["clouds"]
    ]
    for where, cloud in named:
        if cloud not in (*compiled["clouds"], *_NO_CLOUD):
            yield _no_cloud(f"{kind}/{name}.toml: {where}", cloud, (*compiled["clouds"], *_NO_CLOUD))


def _no_cloud(where: str, cloud: str, known: Iterable[str]) -> Fault:
    wanted = did_you_mean(cloud, list(known), "wanted one that has a profile")
    return Fault("bad-profile", where, f"no cloud {cloud!r}; {wanted}")


def _unknown_words(place: str, data: Mapping[str, Any], compiled: Compiled) -> Iterator[Fault]:
    """Uses and targets that are named and not there."""
    named = [(f"configurations.{own['id']}.uses", own["uses"]) for own in data.get("configurations", ())]
    named += [(f"unless.{n}.uses", own["uses"]) for n, own in enumerate(data.get("unless", ()))]
    for where, uses in named:
        for use in uses:
            if use not in compiled["uses"]:
                yield Fault("bad-profile", f"{place}: {where}", f"no use {use!r}")
    for target in data.get("targets", ()):
        if target not in compiled["targets"]:
            yield Fault("bad-profile", f"{place}: targets", f"no target {target!r}")


def _unstated(compiled: Compiled) -> Iterator[Fault]:
    """Assumptions that no file states, since one of an overlay replaces a whole file; needs that a use leaves out."""
    for name, data in compiled["uses"].items():
        for key in KEYS["uses"]:
            if key not in data["facts"] and key not in OPTIONAL["uses"]:
                yield Fault("bad-profile", f"uses/{name}.toml: facts.{key}", "is missing; wanted a fact")
    stated = {key for data in compiled["assumptions"].values() for key in data["facts"]}
    for key in KEYS["assumptions"]:
        if key not in stated:
            text = (
                "is stated by no file; wanted a fact in it, or a file of another name with those you change"
            )
            yield Fault("bad-profile", f"assumptions: facts.{key}", text)


def _charges(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The charges of a profile and of its configurations, and where each stands."""
    for index, charge in enumerate(data["charges"]):
        yield f"charges.{index}", charge
    for own in data.get("configurations", ()):
        for index, charge in enumerate(own["charges"]):
            yield f"configurations.{own['id']}.charges.{index}", charge


def _same_names(compiled: Compiled) -> Iterator[Fault]:
    """Two ids for one thing."""
    for kind, profiles in compiled.items():
        seen: dict[str, str] = {}
        for name, data in profiles.items():
            other = seen.setdefault(data["name"], name)
            if other != name:
                yield Fault(
                    "bad-profile",
                    f"{kind}/{name}.toml: name",
                    f"{data['name']!r} is the name of {other} too; wanted one id for one thing",
                )
