"""What users need each month beside a target: how much of it, when, and what is said of the rest."""

import datetime as dt

import pytest

from migplan.api import plan
from migplan.engine.case import Case
from migplan.engine.running import not_counted, running_of
from migplan.facts import load
from migplan.facts.keys import RUNNING

DAY = dt.date(2026, 11, 28)
FACTS = load()
SHARES = {
    "volume": "150 TB",
    "files": "40M",
    "link": "1 Gbps",
    "region": "us-east-1",
    "use": "departmental",
    "target": "fsx-windows",
    "today": DAY,
    "samples": 0,
}
GIB = 2.0**30


def cost_of(**given):
    return plan(**{**SHARES, **given}).chosen.cost_usd


def beside(cost):
    return {line.item.partition(",")[0]: line.amount for line in cost.lines if line.running}


def told(cost, name):
    return [text for text in cost.not_counted if text.startswith(f"{name}: ")]


def test_a_month_beside_the_target_follows_by_hand():
    cost = cost_of()
    # Users read 5 % of 150 TB a month, 6,984.9 GiB, all in the first tier.
    reads = 150e12 * 0.05 / GIB * 0.09
    # A full copy, and 30 days of 0.3 % each, of which deduplication saves 30 %.
    backup = (150e12 + 150e12 * 0.003 * 30) * 0.7 / GIB * 0.05
    wanted = {
        "Reads that leave AWS by internet or VPN": reads,
        "VPN for users": 0.05 * 730,
        "FSx backups": backup,
    }
    assert beside(cost) == pytest.approx(wanted)
    assert cost.running == pytest.approx(sum(wanted.values()))
    assert cost.horizon_total == pytest.approx(cost.one_off + 12 * (cost.monthly + cost.running))


def test_reads_pay_by_tiers():
    # 5 % of 1,000 TB are 46,566 GiB: 10,240 at 0.09, the rest at 0.085.
    amount = beside(cost_of(volume="1000 TB"))["Reads that leave AWS by internet or VPN"]
    assert amount == pytest.approx(10240 * 0.09 + (1000e12 * 0.05 / GIB - 10240) * 0.085)


def test_growth_is_in_what_is_read_and_kept():
    plain, grown = (beside(cost_of(growth=rate)) for rate in ("0 %/year", "20 %/year"))
    reads = "Reads that leave AWS by internet or VPN"
    assert grown[reads] == pytest.approx(1.1 * plain[reads])
    assert plain["FSx backups"] < grown["FSx backups"] < 1.1 * plain["FSx backups"]


def test_it_is_the_same_whichever_way_leads_to_a_target():
    answer = plan(**{**SHARES, "routes": "internet"})
    found = {option.cost_usd.running for option in answer.options if option.target == "fsx-windows"}
    assert len(found) == 1
    assert {target.running_usd for target in answer.targets if target.id == "fsx-windows"} == found


@pytest.mark.parametrize("routes", ["vpn", "internet,vpn", "direct-connect", "direct-connect-hosted-1g"])
def test_users_go_over_the_private_path_that_is_there(routes):
    cost = cost_of(routes=routes)
    assert "VPN for users" not in beside(cost)
    assert told(cost, "VPN for users on the site") == [
        "VPN for users on the site: users go over the private path that the site has: 0 more"
    ]


def test_reads_over_direct_connect_pay_its_price():
    cost = cost_of(routes="direct-connect")
    assert beside(cost)["Reads that leave AWS by Direct Connect"] == pytest.approx(150e12 * 0.05 / GIB * 0.02)
    assert "Reads that leave AWS by internet or VPN" not in beside(cost)
    assert cost.complete


def test_a_site_without_a_line_has_no_vpn_and_no_internet_for_its_users():
    cost = cost_of(link=None)
    assert "VPN for users" not in beside(cost)
    assert "Reads that leave AWS by internet or VPN" not in beside(cost)
    assert "Reads that leave AWS by Direct Connect" in beside(cost)
    (why,) = told(cost, "VPN for users on the site")
    assert why.endswith(
        "the site has no line: what users will come over has to be ordered for them, and is in no sum"
    )
    assert "VPN for users" in beside(cost_of())


def test_a_price_that_is_not_known_leaves_the_total_open():
    cost = cost_of(routes="direct-connect", region="eu-central-1")
    assert beside(cost)["Reads that leave AWS by Direct Connect"] is None
    assert not cost.complete
    known = cost.one_off + 12 * (cost.monthly + cost.running)
    # At twice what the dearest Region asks, Hong Kong.
    most = 150e12 * 0.05 / GIB * 0.09 * 2
    assert cost.horizon_total == pytest.approx(known)
    assert cost.upper_bound == pytest.approx(known + 12 * most)


@pytest.mark.parametrize(
    ("use", "wanted"),
    [
        ("general", {"access", "reads", "backup"}),
        ("cad", {"access", "reads", "backup"}),
        ("archive", {"reads", "backup"}),
        ("backups", {"reads"}),
        ("vdi", {"backup"}),
        ("hpc", {"reads"}),
    ],
)
def test_what_is_counted_follows_from_the_use(use, wanted):
    case = Case.read({"volume": "10 TB", "link": "1 Gbps", "use": use}, FACTS, DAY)
    target = FACTS.targets["fsx-windows"].configurations[0]
    assert {need.topic for need in running_of(FACTS, target, case.workload)} == wanted
    # All that is not counted is told.
    assert len(list(not_counted(FACTS, target, case.workload))) >= len(RUNNING) - len(wanted)


def test_nothing_is_counted_where_nothing_is_asked_for():
    cost = cost_of(running_costs="none")
    assert (beside(cost), cost.running) == ({}, 0.0)
    assert cost.horizon_total == pytest.approx(cost.one_off + 12 * cost.monthly)
    assert sum("left out, as running_costs says" in text for text in cost.not_counted) >= len(RUNNING)


def test_a_directory_is_counted_where_it_is_asked_for():
    assert any("joins the directory of the site" in text for text in cost_of().not_counted)
    cost = cost_of(running_costs="directory")
    assert beside(cost) == pytest.approx({"AWS Managed Microsoft AD": 87.6})
    assert cost_of(running_costs="directory", region="ap-northeast-1").running == pytest.approx(0.146 * 730)


def test_what_is_asked_for_by_name_is_counted_whatever_the_use():
    asked = cost_of(use="archive", running_costs="access", target="fsx-ontap", availability="multi-zone")
    assert beside(asked)["VPN for users"] == pytest.approx(36.5)
    assert beside(asked)["Transit gateway"] > 0


def test_objects_keep_versions_in_place_of_a_second_copy():
    cost = cost_of(use="media", protocol="object", target="s3", change="1 %/day")
    # 30 days of 1 %: all in the first tier.
    assert beside(cost)["S3 old versions"] == pytest.approx(150e12 * 0.3 / GIB * 0.023)
    assert "FSx backups" not in beside(cost)


def test_a_need_is_a_file_and_no_code(tmp_path):
    (tmp_path / "running").mkdir()
    (tmp_path / "prices").mkdir()
    head = 'source = "assumption: our contract"\nas_of = 2026-11-01\n'
    (tmp_path / "prices" / "watch.toml").write_text(
        f'name = "Monitoring"\nunit = "USD/month"\n[regions.any]\nvalue = 250\n{head}', encoding="utf-8"
    )
    (tmp_path / "running" / "watch.toml").write_text(
        f'name = "Monitoring, ours"\ntopic = "access"\n{head}'
        '[[charges]]\nitem = "Monitoring"\nprice = "watch"\nper = "site"\n',
        encoding="utf-8",
    )
    assert beside(cost_of(profiles=[tmp_path]))["Monitoring"] == pytest.approx(250)


def test_a_use_that_says_nothing_of_the_year_after_is_counted_as_far_as_it_goes(tmp_path):
    (tmp_path / "uses").mkdir()
    head = 'source = "assumption: ours"\nas_of = 2026-11-01\n'
    text = f'name = "Ours"\nsummary = "x"\navailability = "multi-zone"\nmedia = ["ssd"]\n{head}'
    for key, unit in (("cold", "1"), ("reduction", "1"), ("throughput_per_volume", "MB/s/TB")):
        text += f'[facts.{key}]\nvalue = 0\nunit = "{unit}"\n{head}'
    (tmp_path / "uses" / "ours.toml").write_text(text, encoding="utf-8")
    cost = cost_of(use="ours", profiles=[tmp_path])
    assert beside(cost) == pytest.approx({"VPN for users": 36.5})


@pytest.mark.parametrize("cloud", ["aws", "azure", "gcp"])
def test_of_every_target_reads_and_backups_are_counted_or_told(cloud):
    w = Case.read({"volume": "10 TB", "cloud": cloud}, FACTS, DAY).workload
    for target in FACTS.targets.values():
        if target.cloud == cloud:
            counted = {need.topic for need in running_of(FACTS, target, w)}
            told = {need.topic for need in FACTS.running.values() for name, _ in not_counted(FACTS, target, w)
                    if name == need.name}  # fmt: skip
            assert counted | told >= {"reads", "backup"}, target.id
            assert not counted & told, target.id
