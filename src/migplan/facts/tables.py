"""What tables of profile files are made of: numbers with their sources, steps, requirements and charges."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from migplan.facts.keys import (
    ATTRIBUTES,
    KEPT,
    MONTHLY_BASES,
    ONCE_BASES,
)

Status = Literal["confirmed", "unconfirmed"]
Protocol = Literal["smb", "nfs", "local", "object"]
Cloud = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
"""Id of a cloud that has a profile, or `any`.

`none` keeps a thing out of every plan: it stands for tools and targets of measured cases.
"""


def _source(text: str) -> str:
    if not text.startswith(("https://", "assumption: ")):
        raise ValueError("wanted an https address, or a text that begins with 'assumption: '")
    return text


def _kept(table: dict[str, str]) -> dict[str, str]:
    for key, value in table.items():
        if key not in ATTRIBUTES:
            raise ValueError(f"unknown attribute {key!r}; wanted one of {', '.join(ATTRIBUTES)}")
        if value not in KEPT:
            raise ValueError(f"{key} = {value!r}; wanted one of {', '.join(KEPT)}")
    return table


def _attributes(table: dict[str, str]) -> dict[str, str]:
    for key in table:
        if key not in ATTRIBUTES:
            raise ValueError(f"unknown attribute {key!r}; wanted one of {', '.join(ATTRIBUTES)}")
    return table


Source = Annotated[str, AfterValidator(_source)]
Keeps = Annotated[dict[str, str], AfterValidator(_kept)]
Notes = Annotated[dict[str, str], AfterValidator(_attributes)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Table(BaseModel):
    """A table of a profile. Keys that nothing reads are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Sourced(Table):
    """Something with an origin: an address or a stated assumption, and the date it was read."""

    source: Source
    as_of: dt.date
    note: str = ""
    status: Status = "confirmed"


class Prior(Sourced):
    """What was held of a number before any measured case, in the unit of its fact."""

    value: Number
    low: Number
    high: Number

    @model_validator(mode="after")
    def _ordered(self) -> Prior:
        if not 0 < self.low <= self.value <= self.high:
            raise ValueError(f"wanted 0 < low <= value <= high, found {self.low}, {self.value}, {self.high}")
        return self


class Fact(Sourced):
    """A number with its unit, and optionally the range it can lie in.

    A number that was fitted on measured cases names them, and keeps what was held before them as its prior. Its
    draws are seeded by `seed` where that is stated, else by its id: a fact can get another id and keep its draws.
    """

    value: Number
    unit: str
    low: Number | None = None
    high: Number | None = None
    prior: Prior | None = None
    cases: list[str] = []
    seed: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Fact:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not low <= self.value <= high:
            raise ValueError(f"wanted low <= value <= high, found {low} <= {self.value} <= {high}")
        if (self.prior is None) != (not self.cases):
            raise ValueError(
                "wanted a prior and cases together: what was held before, and what it was fitted on"
            )
        return self


class Steps(Sourced):
    """The values that can be bought, smallest first, in some regions or in all."""

    values: list[Number]
    unit: str
    regions: list[str] = []

    @model_validator(mode="after")
    def _rising(self) -> Steps:
        if not self.values or any(a >= b for a, b in zip(self.values, self.values[1:], strict=False)):
            raise ValueError("wanted rising values")
        return self


class SizeStep(Table):
    """From which stored volume on which throughput is advised."""

    above: Number
    throughput: Number


class Recommended(Sourced):
    """Throughput advised by stored volume."""

    volume_unit: str
    throughput_unit: str
    steps: list[SizeStep]


class Lifecycle(Table):
    """When a thing could be had by whom. Dates in, dates out."""

    source: Source
    as_of: dt.date
    available_from: dt.date | None = None
    closed_to_new: dt.date | None = None
    orders_until: dt.date | None = None
    available_until: dt.date | None = None
    note: str = ""
    status: Status = "confirmed"


class Requirement(Sourced):
    """Something the customer must have before the thing can be used; for shares of some protocols, or of all."""

    id: str
    text: str
    protocols: list[Protocol] = []
    support: list[str] = []
    trait: str = ""
    blocking: bool = False


class Charge(Table):
    """A line of the ledger: a price by its id, and what it is counted by; of some clouds and protocols, or of all."""

    item: str
    price: str
    per: Literal[ONCE_BASES + MONTHLY_BASES]  # type: ignore[valid-type]
    count: Number = 1.0
    free: Number = 0.0
    cap_price: str = ""
    load_only: bool = False
    clouds: list[Cloud] = []
    protocols: list[Protocol] = []
    note: str = ""
