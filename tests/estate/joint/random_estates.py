"""Small estates of a seed, of all kinds, for what has to hold of every one of them."""

import numpy as np
from tests.estate.joint.conftest import share, site


def estate(seed, shares=4):
    """Rows of shares and the fields of their site."""
    rng = np.random.default_rng(seed)

    def one_of(*values):
        return values[rng.integers(len(values))]

    rows = [
        share(
            f"s{n}",
            f"{rng.lognormal(1.0, 1.2):.2f} TB",
            f"{rng.integers(1, 90) / 10}M",
            protocol=one_of("smb", "nfs"),
            group=one_of("", "", "", "g"),
            deadline=one_of("", "", f"{rng.integers(20, 120)} days"),
            priority=one_of("", "high", "low"),
        )
        for n in range(shares)
    ]
    fields = {
        "link": one_of("100 Mbps", "300 Mbps", "1 Gbps"),
        "change": one_of("0.2 %/day", "1 %/day"),
        **one_of({}, {"cutover_days": "Sat-Sun"}, {"cutover_days": "Sat-Sun", "cutover_window": "20 hours"}),
        **one_of({}, {}, {"hours": "Mon-Fri 19:00-07:00, Sat-Sun"}),
        **one_of({}, {"staff": 2}),
        **one_of({}, {"agents": 2}),
        **one_of({}, {"delay_cost": "40 USD/day"}),
    }
    return rows, fields


def sites(fields):
    """The same as the text of a file."""
    return site(**fields)


_FASTER = {"100 Mbps": "300 Mbps", "300 Mbps": "1 Gbps", "1 Gbps": "2 Gbps"}


def richer(fields):
    """The same fields with more of something."""
    yield {**fields, "link": _FASTER[fields["link"]]}
    if "cutover_days" in fields:
        yield {**fields, "cutover_days": "Sat-Sun, Wed"}
    for name in ("agents", "staff"):
        if name in fields:
            yield {**fields, name: fields[name] + 1}
