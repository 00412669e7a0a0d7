"""Every formula says where it comes from, in which units, with an example, and something reaches it."""

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import migplan
from migplan import facts, formulas
from migplan.formulas.network import esp_goodput_fraction, message_goodput_fraction, tcp_goodput_fraction

DERIVATIONS = {
    "tcp_goodput_fraction": "the goodput of routes without a tunnel: the test below",
    "esp_goodput_fraction": "the goodput of tunnels: the test below",
    "esp_inner_mtu": "the packets inside a tunnel, of which `esp_goodput_fraction` is made",
    "message_goodput_fraction": "what encryption leaves of the line: the test below",
    "split_fraction": "the part of a split where devices are divisible, held against the balance that is searched",
    "split_time": "when both parts of such a split are there",
}
"""Formulas that no plan calls: what follows from them is a fact, or judges a test."""

ROOT = Path(migplan.__file__).parent
SOURCED = re.compile(r"https://|[Dd]erived|[Dd]efinition|of ours|RFC \d|Minkowski")


def everything():
    """Public functions and their modules."""
    for entry in pkgutil.iter_modules(formulas.__path__):
        module = importlib.import_module(f"migplan.formulas.{entry.name}")
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_":
                yield pytest.param(name, function, id=name)


FORMULAS = [*everything()]


@pytest.mark.parametrize(("name", "formula"), FORMULAS)
def test_a_formula_says_units_source_and_example(name, formula):
    text = inspect.getdoc(formula)
    summary = text.partition("\n")[0]
    assert summary.endswith((".", "]")), summary
    assert ">>>" in text, "an example"
    assert SOURCED.search(text) or SOURCED.search(inspect.getdoc(inspect.getmodule(formula))), "a source"
    assert re.search(r"\[[^\]]+\]", text), "units in brackets"


def names_in(node):
    return {found.id for found in ast.walk(node) if isinstance(found, ast.Name)}


def test_every_formula_is_reached_by_the_engine_or_named_as_a_derivation():
    uses, reached = {}, set()
    for path in (ROOT / "formulas").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                uses[node.name] = names_in(node)
    for path in ROOT.rglob("*.py"):
        if path.parent.name != "formulas":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("migplan.formulas"):
                    reached |= {alias.name for alias in node.names}
    waiting = list(reached & uses.keys())
    while waiting:
        more = uses[waiting.pop()] & uses.keys() - reached
        reached |= more
        waiting += more
    public = {param.values[0] for param in FORMULAS}
    assert sorted(public - reached - DERIVATIONS.keys()) == []
    assert sorted(DERIVATIONS.keys() & reached) == []


@pytest.fixture(scope="module")
def catalogue():
    return facts.load()


def test_goodput_of_a_plain_line_follows_from_its_headers(catalogue):
    # IPv4 and time stamps at 1,500 bytes; without time stamps at the high end.
    fact = catalogue.routes["internet"].facts["goodput"]
    assert tcp_goodput_fraction(1500.0) == pytest.approx(fact.value, abs=2e-3)
    assert tcp_goodput_fraction(1500.0, tcp_options=0.0) == pytest.approx(fact.high, abs=1e-3)
    circuit = catalogue.routes["direct-connect"].facts["goodput"]
    assert circuit.low < tcp_goodput_fraction(1500.0) < tcp_goodput_fraction(8500.0)
    assert tcp_goodput_fraction(8500.0) == pytest.approx(circuit.high, abs=5e-3)


def test_goodput_of_a_tunnel_follows_from_its_headers(catalogue):
    fact = catalogue.routes["vpn"].facts["goodput"]
    assert fact.low < esp_goodput_fraction(1500.0) <= fact.high + 5e-4
    assert esp_goodput_fraction(1500.0) == pytest.approx(fact.value, abs=7e-3)


def test_what_encryption_leaves_follows_from_its_records(catalogue):
    # A record of TLS 1.3 holds up to 16 kB and costs 22 bytes; a packet of SMB 3 some 1 MB and 52.
    fact = catalogue.assumptions["encryption_goodput"]
    assert (
        fact.low
        < message_goodput_fraction(4096.0, 22.0)
        < message_goodput_fraction(16384.0, 22.0)
        <= fact.high
    )
