"""Columns as an export writes them to columns as we write them, by what the user says of it and by nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc

from migplan.estate.arrays import strings
from migplan.estate.cells import as_texts, is_number
from migplan.estate.columns import NUMERIC, Column
from migplan.estate.settings import Settings
from migplan.estate.spelling import GROUPING


def as_spelled(column: Column, cells: Any, settings: Settings) -> Any:
    """Cells without what the user says stands for nothing, thousands ungrouped and units as we write them.

    Numbers of a typed file stay as they are.
    """
    numeric = column.field.form in NUMERIC
    if not (settings.empty or (numeric and (settings.thousands or settings.units))) or is_number(cells):
        return cells
    texts = as_texts(cells)
    if settings.empty:
        nothing = pc.is_in(pc.utf8_trim_whitespace(texts), strings(settings.empty))
        texts = pc.if_else(nothing, "", texts)
    if numeric and settings.thousands:
        sign, decimal = GROUPING[settings.thousands], re.escape(settings.decimal)
        grouped = rf"^\s*[0-9]{{1,3}}(?:{sign}[0-9]{{3}})+(?:{decimal}[0-9]+)?(?:[^0-9.,]*)$"
        plain = pc.replace_substring_regex(texts, rf"([0-9]){sign}([0-9])", r"\1\2")
        texts = pc.if_else(pc.match_substring_regex(texts, grouped), plain, texts)
    return _with_our_units(texts, settings.units) if column.field.form in ("quantity", "change") else texts


def _with_our_units(texts: Any, units_: Mapping[str, str]) -> Any:
    made = texts
    for theirs, ours in units_.items():
        theirs = rf"^(\s*[0-9][^A-Za-z%]*){theirs}(\s*|/.*)$"
        # What one unit has become is not taken for another one.
        changed = pc.replace_substring_regex(texts, theirs, rf"\1{ours}\2")
        made = pc.if_else(pc.match_substring_regex(texts, theirs), changed, made)
    return made
