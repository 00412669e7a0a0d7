"""A first scenario: the fields that matter, each with what it means, an example and what its absence means.

Every word of it is of the table of fields, and every assumed value of the facts.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from typing import Any

from migplan.facts.catalogue import Assumptions
from migplan.inputs.fields import ASKED, BY_NAME, FIELDS, SCHEMA_FILE, Field
from migplan.inputs.workload import absent

_WIDTH = 96
_HEAD = """\
#:schema {schema}

# A scenario of migplan: one file server, and how it is to move. Change the values, and take the # off
# lines such as `# files = ...` to say more. Then:  migplan plan {name}
"""
_FOOT = """\
# There are {count} more fields, such as {some}. `migplan plan --help` lists
# them, and an editor that reads the schema above offers them.
"""


def absence_note(field: Field, assumptions: Assumptions) -> str:
    """What the absence of a field means, in a few words; empty where it may not be absent.

    Parameters
    ----------
    assumptions : Assumptions
        Of the facts: what stands in for it.
    """
    if field.name == "volume":
        return ""
    if field.name == "region":
        assumed = assumptions.regions.get(BY_NAME["cloud"].default)
        return "" if assumed is None else assumed.id
    found = absent(field, assumptions.of(BY_NAME["use"].default))
    if found.status == "assumed":
        is_part = field.base == "1" and field.form == "quantity"
        return f"{f'{found.value * 100:g} %' if is_part else found.text}, assumed"
    return (found.text or field.why).replace(": ", ", ")


def scenario_template(given: Mapping[str, Any], assumptions: Assumptions, name: str) -> str:
    """The text of a scenario file that says some fields, and shows the others that matter as comments.

    Parameters
    ----------
    given : mapping
        Field name -> text, or a list of texts.
    assumptions : Assumptions
        Of the facts: what stands in for fields that are not said.
    name : str
        What the file is called in the command that it shows.
    """
    shown = [BY_NAME[key] for key in dict.fromkeys((*ASKED, *given))]
    others = [field.name for field in FIELDS if field not in shown]
    parts = [_HEAD.format(schema=SCHEMA_FILE, name=name)]
    parts += [_entry(field, given.get(field.name), assumptions) for field in shown]
    some = ", ".join(f"`{name}`" for name in others[:3])
    return "\n".join([*parts, _FOOT.format(count=len(others), some=some)])


def _entry(field: Field, value: Any, assumptions: Assumptions) -> str:
    """A field as its comment and its line."""
    told = [field.help]
    words = assumptions.uses if field.name == "use" else field.choices
    told += [f"One of: {', '.join(words)}."] if words else []
    meant = absence_note(field, assumptions)
    told += [f"If left out: {meant}."] if meant else ["Required."]
    comment = textwrap.fill(
        " ".join(told), _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )
    line = f"{field.name} = {_literal(field.example if value is None else value)}"
    return f"{comment}\n{'# ' if value is None else ''}{line}\n"


def _literal(value: Any) -> str:
    """A text or a list of texts as TOML, whose basic strings are those of JSON but for one character."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_literal, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
