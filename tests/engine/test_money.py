"""What counts in a decision beside cash: work and delay."""

import datetime as dt

import numpy as np
import pytest

import migplan
from migplan.engine.case import Case
from migplan.engine.judgement import Ranked
from migplan.engine.money import kinds_of_work, outage_money, partly_kept, repeat_money, work_to_run
from migplan.engine.targets import size
from migplan.report.render import render_plan

TODAY = dt.date(2026, 11, 24)
HOUR, DAY = 3600.0, 86400.0
SERVER = {"volume": "40 TB", "link": "1 Gbps", "source": "windows"}


def opened(catalogue, **given):
    return Case.read({**SERVER, **given}, catalogue, TODAY)


@pytest.mark.parametrize(
    ("name", "kinds", "given"),
    [
        ("datasync-basic/internet/fsx-windows", [], {}),
        ("datasync-basic/internet/fsx-ontap", ["work_system"], {}),
        ("datasync-basic/internet/fsx-ontap", [], {"source": "ontap"}),
        # Who does not say what serves the files today is not told that anything is new.
        ("datasync-basic/internet/fsx-ontap", [], {"source": "other"}),
        (
            "robocopy/vpn/ec2-file-server",
            ["work_compare", "work_server", "work_tool", "work_tunnel"],
            {"availability": "single-zone"},
        ),
        ("datasync-basic/vpn/fsx-windows", ["work_tunnel"], {}),
        ("datasync-basic/vpn/fsx-windows", [], {"routes": "vpn"}),
        ("datasync-basic/direct-connect-hosted-1g/fsx-windows", ["work_circuit"], {}),
        ("robocopy/vpn/fsx-windows", ["work_compare", "work_tool", "work_tunnel"], {}),
        ("robocopy/direct-connect-hosted-1g/fsx-windows", ["work_circuit", "work_compare", "work_tool"], {}),
    ],
)
def test_what_takes_work_to_arrange(catalogue, name, kinds, given):
    case = opened(catalogue, **given)
    assert sorted(kinds_of_work(case.option(name, ""), case.workload)) == kinds


def test_a_device_takes_work_and_a_device_beside_a_line_that_is_there_no_more(catalogue):
    case = opened(catalogue, target="s3", app_change="allowed", keep="timestamps", customer="existing")
    by_kind = {option.kind: option for option in case.options if option.device and not option.own_line}
    assert by_kind
    for option in by_kind.values():
        assert "work_device" in kinds_of_work(option, case.workload), option.id


def test_a_tool_that_people_run_wants_looking_after(catalogue):
    case = opened(catalogue)
    assumptions = catalogue.assumptions
    assert work_to_run(case.option("robocopy/vpn/fsx-windows", ""), assumptions) == 0.04
    assert work_to_run(case.option("datasync-basic/vpn/fsx-windows", ""), assumptions) == 0.0


def test_work_counts_at_what_an_hour_of_it_costs(catalogue):
    # Robocopy over a tunnel: 8 h for the tunnel, 16 h for the tool, 16 h to compare, at 80 USD: 3,200 USD once; and
    # 4 % of the time at 80 USD: 76.80 USD a day.
    case = opened(catalogue, delay_cost="0 USD/day")
    options = [
        case.option(name, "") for name in ("datasync-basic/internet/fsx-windows", "robocopy/vpn/fsx-windows")
    ]
    fixed, by_time = case.burden(options, 1.0)
    assert fixed[:, 0, 0] == pytest.approx([0.0, 3200.0])
    assert by_time[:, 0, 0] * DAY == pytest.approx([0.0, 76.8])


def test_a_further_host_is_half_a_day_of_work(catalogue):
    # 4 h at 80 USD for each agent or host beyond the first; where storage systems copy there is none.
    case = opened(catalogue, source="ontap")
    names = ("datasync-basic/internet/fsx-ontap", "robocopy/vpn/fsx-ontap", "snapmirror/vpn/fsx-ontap")
    options = [case.option(name, "") for name in names]
    one, four = (case.fixed_burden(options, agents)[:, 0, 0] for agents in (1.0, 4.0))
    assert (four - one).tolist() == pytest.approx([960.0, 960.0, 0.0])


def test_a_day_of_delay_costs_what_was_said(catalogue):
    case = opened(catalogue, delay_cost="500 USD/day")
    options = [case.option("datasync-basic/internet/fsx-windows", "")]
    _, by_time = case.burden(options, 1.0)
    assert by_time[0, 0, 0] * DAY == pytest.approx(500.0)
    # 1,000 USD of cash and six days: 4,000 USD.
    assert case.counted(
        options, 1.0, np.array([[[1000.0]]]), np.array([[[6 * DAY]]]), 3 * HOUR
    ) == pytest.approx(4000.0)


def test_where_nobody_says_a_day_of_delay_costs_the_rent_of_the_target(catalogue):
    # The old system runs until the move is done: a twelfth of a year of it costs a month's rent of the new one.
    case = opened(catalogue)
    options = [case.option("datasync-basic/internet/fsx-windows", "")]
    rent = case.rent(options[0].target).item()
    _, by_time = case.burden(options, 1.0)
    assert rent > 0
    assert by_time[0, 0, 0] * 365.25 / 12 * DAY == pytest.approx(rent, rel=2e-3)


def test_what_never_ends_counts_for_no_sum_that_could_win(catalogue):
    case = opened(catalogue)
    options = [case.option("datasync-basic/internet/fsx-windows", "")]
    assert case.counted(options, 1.0, np.array([[[10.0]]]), np.array([[[np.inf]]]), 3 * HOUR) == np.inf


def test_a_dear_delay_buys_the_quicker_way(catalogue):
    # 60 TB take months at 100 Mbps: a circuit or a device pays where waiting costs enough.
    from migplan.analyses.plan import make_plan

    given = {
        "volume": "60 TB",
        "link": "100 Mbps",
        "protocol": "nfs",
        "customer": "existing",
        "on_net": "yes",
    }
    patient, urgent = (
        make_plan({**given, "delay_cost": f"{usd} USD/day"}, today=TODAY, samples=0).chosen
        for usd in (0, 20_000)
    )
    assert urgent.duration_days < patient.duration_days
    assert urgent.cost_usd.horizon_total >= patient.cost_usd.horizon_total


def test_what_was_to_be_kept_and_arrives_in_part_takes_work_by_itself(catalogue):
    # EFS keeps no more than 177 hard links of a file: three days of work, 24 h at 80 USD; FSx for OpenZFS keeps all.
    names = [f"datasync-basic/internet/{target}" for target in ("efs", "fsx-openzfs")]

    def fixed(keep):
        given = {"protocol": "nfs", "source": "other", **({"keep": keep} if keep else {})}
        case = opened(catalogue, **given)
        return case.fixed_burden([case.option(name, "") for name in names], 1.0)[:, 0, 0].tolist()

    assert fixed("posix,hardlinks") == pytest.approx([1920.0, 0.0])
    assert fixed("posix,timestamps,hardlinks") == pytest.approx([1920.0, 0.0])
    assert fixed("posix,timestamps") == pytest.approx([0.0, 0.0])
    # What nobody asked for is kept by default, and its loss in part is told and takes no work.
    assert fixed("") == pytest.approx([0.0, 0.0])


def test_each_attribute_that_is_kept_in_part_takes_work(catalogue):
    given = {"protocol": "nfs", "source": "other", "target": "s3", "app_change": "allowed"}
    name = "datasync-basic/internet/s3"
    one, two = (opened(catalogue, **given, keep=keep) for keep in ("timestamps", "timestamps,symlinks"))
    assert two.fixed_burden([two.option(name, "")], 1.0) == pytest.approx(
        2.0 * one.fixed_burden([one.option(name, "")], 1.0)
    )
    assert partly_kept(two.option(name, ""), two.workload) == ["timestamps", "symlinks"]


def test_a_loss_in_part_is_not_chosen_to_save_less_than_it_takes(catalogue):
    # 1 TB: EFS would come first by some hundred USD if its hard links cost nothing to look after.
    given = {
        "volume": "1 TB",
        "link": "1 Gbps",
        "protocol": "nfs",
        "source": "linux",
        "availability": "single-zone",
        "files": "1M",
    }
    from migplan.analyses.plan import make_plan

    keep = {"keep": "posix,timestamps,hardlinks"}
    before, after = (make_plan({**given, **more}, today=TODAY, samples=0) for more in ({}, keep))
    assert before.chosen.target == "efs"
    assert after.chosen.target == "fsx-openzfs"
    assert after.chosen.cost_usd.horizon_total > before.chosen.cost_usd.horizon_total


def test_not_to_write_for_longer_than_a_long_weekend_counts(catalogue):
    # 40 TB of which 1 % changes a day: in the two days beyond three 800 GB are not written, at 20 USD each GB.
    w = opened(catalogue, change="1 %/day").workload
    counted = outage_money(np.array([3.0, 5.0, np.inf]) * DAY, w, catalogue.assumptions)
    assert counted.ravel() == pytest.approx([0.0, 16_000.0, np.inf])


def test_what_nobody_changes_may_stand_still(catalogue):
    w = opened(catalogue, change="0 %/day").workload
    assert not np.any(outage_money(np.array([30.0, np.inf]) * DAY, w, catalogue.assumptions))


def test_who_gives_a_window_has_said_how_long_a_cutover_may_be(catalogue):
    w = opened(catalogue, change="1 %/day", cutover_window="60 days").workload
    assert not np.any(outage_money(np.array([30.0]) * DAY, w, catalogue.assumptions))


def test_what_leaves_little_of_its_window_counts_for_the_chance_that_it_is_done_again(catalogue):
    # 40 hours at 80 USD and seven days at 100 USD a day are 3,900 USD. With the power 4 the odds are a quarter of
    # (cutover / window) ** 4: 1 in 65 at a half of the window, which is margin enough, a fifth at all of it.
    w = opened(catalogue, cutover_window="12 hours").workload
    found = repeat_money(np.array([2.0, 6.0, 12.0, np.inf]) * HOUR, 100.0 / DAY, w, catalogue.assumptions)
    assert found == pytest.approx([0.0, 0.0, 3900.0 * (1 / 5 - 1 / 65), 3900.0 * (1 - 1 / 65)])
    assert not np.any(
        repeat_money(np.array([30.0]) * DAY, 1.0, opened(catalogue).workload, catalogue.assumptions)
    )


def test_of_two_that_cost_the_same_the_one_with_the_wider_margin_is_better(catalogue):
    case = opened(catalogue, cutover_window="12 hours")
    [option] = [o for o in case.open_options if o.id == "datasync-basic/internet/fsx-windows"]
    cutovers = np.array([11.6, 4.0])[:, None, None] * HOUR
    narrow, wide = case.counted([option, option], 1.0, 50_000.0, 10.0 * DAY, cutovers).ravel()
    assert 300.0 < narrow - wide < 1500.0


SLOW = {"volume": "100 TB", "files": "4849564", "link": "100 Mbps", "share": "50 %", "region": "eastus"}


def test_nobody_is_kept_from_writing_for_a_week_without_being_asked(catalogue):
    case = Case.read({**SLOW, "cloud": "azure"}, catalogue, TODAY)
    best = Ranked.of(case).best_first[0]
    assert best.judged_cutover <= 72 * HOUR
    at_rest = Case.read({**SLOW, "cloud": "azure", "change": "0 %/day"}, catalogue, TODAY)
    assert Ranked.of(at_rest).best_first[0].option.device is not None


def test_where_only_a_long_cutover_is_left_it_is_said():
    told = {**SLOW, "link": "20 Mbps", "new_circuits": "no", "cloud": "azure", "protocol": "smb"}
    plan = migplan.plan(**told, today="2026-11-29", samples=100)
    assert plan.chosen.outage_usd > 0
    assert "Nobody can write for 1" in render_plan(plan, "table")
    # What has an unknown price has no sum, and is equal to no other.
    assert not any("disk" in call["option"] for call in plan.recommendation.close_calls)


HPC = {"volume": "200 TB", "protocol": "nfs", "link": "10 Gbps", "source": "linux"}


def test_what_a_stated_use_needs_and_a_target_does_not_give_counts_as_much_more_of_it(catalogue):
    # 50 MB/s for each of 100 TB are 5 GB/s, which 200 TB need 2 to the power 0.6 times: 7.6 GB/s. FSx for ONTAP of the
    # first generation gives 4,096 MB/s: 0.85 times as much more of it would have to be bought, for twelve months.
    case = opened(catalogue, **HPC, use="hpc")
    [option] = [o for o in case.open_options if o.id == "datasync-basic/internet/fsx-ontap"]
    most = float(size(option.target, case.workload, 0.0).throughput)
    assert most == 4096e6
    rent = case.rent(option.target).item()
    assert case.lacking([option])[0, 0, 0] == pytest.approx((5e9 * 2**0.6 / most - 1.0) * rent * 12.0)
    assert case.fixed_burden([option], 1.0)[0, 0, 0] > 0.85 * 12.0 * rent
    # What gives enough lacks nothing, and neither does what nobody stated a use for.
    [lustre] = [o for o in case.open_options if o.id == "datasync-basic/internet/fsx-lustre"]
    assert case.lacking([lustre])[0, 0, 0] == 0.0
    plain = opened(catalogue, **HPC)
    assert plain.lacking([plain.option("datasync-basic/internet/fsx-ontap", "")])[0, 0, 0] == 0.0


def test_data_of_clusters_goes_to_no_single_server(catalogue):
    from migplan.analyses.plan import make_plan

    found = make_plan({**HPC, "use": "hpc"}, today=TODAY, samples=0)
    assert found.chosen.target in ("fsx-openzfs", "fsx-lustre", "efs")
    [cheapest] = [other for other in found.recommendation.alternatives if other["kind"] == "cheapest"]
    assert cheapest["option"].endswith("/fsx-ontap")
    assert "gives less than its use needs" in cheapest["costs"]


def test_each_task_that_a_limit_of_items_asks_for_takes_work(catalogue):
    # 300 million files and a twentieth of folders in tasks of 50 million items: seven, of which six take 2 h at 80 USD.
    given = {"volume": "30 TB", "protocol": "object", "link": "1 Gbps"}
    names = [f"datasync-{mode}/internet/s3" for mode in ("basic", "enhanced")]
    for files, more in (("300M", 6 * 160.0), ("40M", 0.0)):
        case = opened(catalogue, **given, files=files)
        basic, enhanced = case.fixed_burden([case.option(name, "") for name in names], 1.0)[:, 0, 0]
        assert basic - enhanced == pytest.approx(more)


def test_what_counts_for_one_share_alone_is_what_others_do_not_share(catalogue):
    # Six tasks more, 800 GB that are not written, and what the target lacks of what its use needs.
    told = {"volume": "40 TB", "protocol": "object", "link": "1 Gbps", "files": "300M", "change": "1 %/day"}
    case = opened(catalogue, **told)
    found = case.burden_alone([case.option("datasync-basic/internet/s3", "")], np.array([[[5 * DAY]]]))
    assert found.item() == pytest.approx(6 * 160.0 + 16_000.0)
    hpc = opened(catalogue, **HPC, use="hpc")
    [option] = [o for o in hpc.open_options if o.id == "datasync-basic/internet/fsx-ontap"]
    assert hpc.burden_alone([option], HOUR).item() >= hpc.lacking([option]).item() > 0.0
