"""Small estates: shares and sites of a few lines, planned on one day."""

import pytest

import migplan

TODAY = "2026-11-29"
HEADER = "name,site,volume,files,protocol,group,deadline,owner,priority\n"


@pytest.fixture
def planned(tmp_path):
    """Plan rows of shares at sites."""

    def plan(rows, sites, **said):
        (tmp_path / "shares.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
        (tmp_path / "sites.toml").write_text(sites, encoding="utf-8")
        said = {"time_limit": 3.0, "today": TODAY, **said}
        return migplan.plan_estate(tmp_path / "shares.csv", sites=tmp_path / "sites.toml", **said)

    return plan


def site(name="Osaka", **fields):
    """A site as TOML."""
    given = {"link": "500 Mbps", "share": "60 %", "region": "us-east-1", **fields}
    lines = [
        f"{key} = {value!r}" if isinstance(value, int) else f'{key} = "{value}"'
        for key, value in given.items()
    ]
    return "\n".join(["[[sites]]", f'name = "{name}"', *lines, ""]).replace("True", "true")


def share(
    name,
    volume="2 TB",
    files="2M",
    site="Osaka",
    protocol="smb",
    group="",
    deadline="",
    owner="",
    priority="",
):
    """A row of a share."""
    return ",".join((name, site, volume, files, protocol, group, deadline, owner, priority))
