"""The Region of a cloud that nobody names, and what the fields of data that leaves a cloud mean together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from migplan.errors import Fault
from migplan.facts.catalogue import Assumptions
from migplan.facts.regions import id_by_name
from migplan.inputs.places import reading_note

if TYPE_CHECKING:
    from migplan.inputs.workload import Input

_BESIDE = ("from_region", "egress")
"""What is of use only with a cloud that is left."""

UNUSED = "unused"
"""The status of fields that are of no use to a plan: no page tells them."""


def relate_leaving(inputs: dict[str, Input], assumptions: Assumptions, faults: list[Fault]) -> None:
    """Fill in where the data leaves from, and what of it a line needs."""
    cloud = inputs["from_cloud"]
    if cloud.status != "given":
        _unused(inputs, faults)
        return
    if cloud.value == inputs["cloud"].value:
        text = "is the cloud that is moved to; wanted another one"
        if inputs["cloud"].status != "given":
            text = "is the cloud that is moved to where none is named; wanted another `cloud`, or any"
        faults.append(Fault("contradiction", "from_cloud", text))
    if inputs["link"].status != "given":
        text = "is required where data leaves a cloud: the rate that a copy may take between both, such as '5 Gbps'"
        faults.append(Fault("missing", "link", text))
    if inputs["egress"].status != "given":
        inputs["egress"] = replace(inputs["egress"], value="charged", text="charged", status="default")
    if inputs["from_region"].status == "given":
        inputs["from_region"] = _by_name(
            inputs["from_region"], assumptions.names.get(("region", cloud.value), {})
        )
        return
    assume_region(inputs, "from_region", cloud.value, assumptions, faults)


def assume_region(
    inputs: dict[str, Input], name: str, cloud: str, assumptions: Assumptions, faults: list[Fault]
) -> None:
    """The Region that a profile assumes for a cloud; a cloud whose profile has none asks for one."""
    assumed = assumptions.regions.get(cloud)
    if assumed is None:
        faults.append(Fault("missing", name, f"is required: no profile assumes one of {cloud}"))
    else:
        told = replace(inputs[name], value=assumed.id, base="", text=assumed.id, status="default")
        inputs[name] = replace(told, why=assumed.source)


def _unused(inputs: dict[str, Input], faults: list[Fault]) -> None:
    for name in _BESIDE:
        if inputs[name].status == "given":
            faults.append(
                Fault("contradiction", name, "says nothing without `from_cloud`, the cloud that is left")
            )
    for name in ("from_cloud", *_BESIDE):
        inputs[name] = replace(inputs[name], status=UNUSED)


def _by_name(item: Input, known: Mapping[str, tuple[str, ...]]) -> Input:
    """A Region by its id, where it is called by a name that only one has."""
    meant = "" if item.value in known else id_by_name(known, item.value)
    return replace(item, value=meant, text=meant, why=reading_note(item.text, meant)) if meant else item
