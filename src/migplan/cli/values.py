"""What a shell completes: values of options, out of the table of fields and the names of profiles.

A key stroke waits for it, so it imports neither the engine nor the facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from migplan.inputs.fields import BY_NAME, FIELDS, Field

Items = list[CompletionItem[str]]


def complete_field(field: Field, ctx: click.Context, incomplete: str) -> Items:
    """Values of a field; of a list the last part."""
    is_list = field.form in ("choices", "names")
    before, comma, word = incomplete.rpartition(",") if is_list else ("", "", incomplete)
    return _fitting(_values(field, ctx.params), word, before + comma)


def complete_ids(param: click.Parameter, ctx: click.Context, incomplete: str) -> Items:
    """Ids of all profiles, with their kinds."""
    from migplan.facts.names import profile_ids

    return _items(dict.fromkeys(profile_ids(), ""), incomplete)


def complete_kinds(param: click.Parameter, ctx: click.Context, incomplete: str) -> Items:
    """Kinds of profiles."""
    from migplan.facts.keys import KINDS

    return _items(dict.fromkeys(KINDS, ""), incomplete)


def complete_option(param: click.Parameter, ctx: click.Context, incomplete: str) -> Items:
    """Ids of options: a mover or a device first, then its route and its target."""
    from migplan.facts.names import profile_names

    cloud = str(ctx.params.get("cloud") or BY_NAME["cloud"].default).lower()
    first, slash, _ = incomplete.partition("/")
    movers = profile_names("movers", cloud) | profile_names("devices", cloud)
    if not slash:
        return _items({f"{name}/": told for name, told in movers.items()}, incomplete)
    routes, targets = profile_names("routes", cloud), profile_names("targets", cloud)
    over = [f"{first}/{route}/{target}" for route in routes for target in targets]
    return _items(dict.fromkeys([*over, *(f"{first}/{target}" for target in targets)], ""), incomplete)


def complete_planned(param: click.Parameter, ctx: click.Context, incomplete: str) -> Items:
    """Ids of the options of the plan that is followed."""
    from migplan.errors import MigplanError
    from migplan.files import read_limited

    # Behind a flag without its value yet, what was typed before it is read by nobody.
    typed = [ctx.params.get("plan"), *ctx.args]
    try:
        plan = json.loads(read_limited(Path(next(filter(None, typed), "")), _LARGEST, "plan"))
        options = {option["id"]: option.get("short_name", "") for option in plan["options"]}
    except (KeyError, TypeError, ValueError, MigplanError):
        return complete_option(param, ctx, incomplete)
    return _items(options, incomplete)


_LARGEST = 50_000_000
"""Of a plan that is read while a shell waits. [B]"""


def complete_target(param: click.Parameter, ctx: click.Context, incomplete: str) -> Items:
    """Ids of the targets of all clouds."""
    from migplan.facts.names import profile_names

    return _items(profile_names("targets"), incomplete)


def complete_route(param: click.Parameter, ctx: click.Context, incomplete: str) -> Items:
    """Ids of routes."""
    return _items(_values(BY_NAME["routes"], {}), incomplete)


def complete_listed_cloud(param: click.Parameter, ctx: click.Context, incomplete: str) -> Items:
    """Ids of clouds."""
    return _items(_values(BY_NAME["from_cloud"], ctx.params), incomplete)


def complete_listed_region(param: click.Parameter, ctx: click.Context, incomplete: str) -> Items:
    """Ids of Regions of the clouds that were said, or of all."""
    clouds = ctx.params.get("clouds") or tuple(_values(BY_NAME["from_cloud"], ctx.params))
    found: dict[str, str] = {}
    for cloud in clouds:
        found |= _values(BY_NAME["region"], {**ctx.params, "cloud": cloud})
    return _items(found, incomplete)


def complete_assignment(param: click.Parameter, ctx: click.Context, incomplete: str) -> Items:
    """Names of fields, followed by what is to be said of them; behind that its values, one after the other."""
    name, equals, rest = incomplete.partition("=")
    if equals and name in BY_NAME:
        before, comma, word = rest.rpartition(",")
        return _fitting(_values(BY_NAME[name], ctx.params), word, f"{name}={before}{comma}")
    return _items({f"{field.name}=": field.help for field in FIELDS if not field.scenario_only}, incomplete)


def complete_mapping(param: click.Parameter, ctx: click.Context, incomplete: str) -> Items:
    """Names of fields behind the header of a column."""
    header, equals, word = incomplete.partition("=")
    fields = {field.name: field.help for field in FIELDS if not field.scenario_only}
    return _items(fields, word, f"{header}=") if equals else []


def _values(field: Field, said: Mapping[str, Any]) -> dict[str, str]:
    """Values that a field may have and what each means, beside what else was said."""
    from migplan.inputs.schema import known_values

    cloud = str(said.get("cloud") or BY_NAME["cloud"].default).lower()
    return known_values(field, cloud, said.get("profiles") or ())


def _fitting(values: Mapping[str, str], word: str, before: str = "") -> Items:
    """Values that begin with a word, else those whose name has a word that does, as "Tokyo" for ap-northeast-1."""
    found = _items(values, word, before)
    if found or not word:
        return found
    named = re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)
    return _items({value: told for value, told in values.items() if named.search(told)}, "", before)


def _items(values: Mapping[str, str], word: str, before: str = "") -> Items:
    """Values that begin with a word, whatever its capitals."""
    return [
        CompletionItem(f"{before}{value}", help=told or None)
        for value, told in values.items()
        if value.lower().startswith(word.lower())
    ]
