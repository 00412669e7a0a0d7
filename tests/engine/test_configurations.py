"""In which configurations a target can be had, how much of each is bought, and which stands for it."""

import datetime as dt

import numpy as np
import pytest
from msgspec import structs

import migplan
from migplan.engine.case import Case
from migplan.engine.configurations import choose, gives_throughput
from migplan.engine.pricing import price_option, rent
from migplan.engine.targets import (
    candidates,
    lacks_iops,
    lacks_throughput,
    needed_iops,
    needed_throughput,
    nothing_fits,
    size,
    unfit_reasons,
    unmet_words,
)
from migplan.errors import MigplanError
from migplan.facts import load, own_folder

TODAY = dt.date(2026, 11, 24)
MB, GIB, TB, TIB = 1e6, 2**30, 1e12, 2**40
SERVER = {"volume": "150 TB", "files": "40M", "link": "1 Gbps", "source": "windows"}


def opened(catalogue, **given):
    told = {**SERVER, **given}
    if "sizes" in given:
        del told["files"]
    return Case.read(told, catalogue, TODAY)


def configured(catalogue, target, name):
    return next(own for own in catalogue.targets[target].configurations if own.configuration == name)


def names(targets):
    return [own.configuration for own in targets]


def stands(case, target):
    choice = case.choices[target]
    return choice.targets[int(choice.best[0])].configuration


# How much is bought, and what it costs.


def test_windows_on_hdd_in_two_zones(catalogue):
    # 150 TB less 30 % are 105 TB, 115.5 TB with a tenth free: 107,567 GiB at 0.025, 2,689 USD a month. More than one
    # file system of 64 TiB: two of 53,784 GiB, for which 1,024 MB/s each are advised: 2,048 MB/s at 4.50, 9,216 USD.
    case = opened(catalogue, reduction="30 %", availability="multi-zone")
    own = configured(catalogue, "fsx-windows", "multi-zone-hdd")
    sized = size(own, case.workload, 0.0)
    assert sized.stored == pytest.approx(105 * TB)
    assert sized.provisioned == pytest.approx(115.5 * TB)
    assert (sized.count, sized.throughput / MB) == (2, 2048)
    amount, ceiling, complete = rent(catalogue, own, case.workload)
    assert amount == pytest.approx(115.5 * TB / GIB * 0.025 + 2048 * 4.5)
    assert (ceiling, complete) == (amount, True)


def test_ontap_with_four_fifths_cold(catalogue):
    # 40 million files of 3.75 MB: metadata is 2 % and 280 B a file, 0.0075 %. Of 150 TB lie 20 % + 2.0075 % on SSD,
    # 33.011 TB, times 1.49: 49.187 TB, 45,809 GiB at 0.25; 120 TB, 111,759 GiB, in the pool at 0.0438.
    # 2 MB/s for each TB are 300 MB/s, and 512 are had in the first generation: at 1.20.
    case = opened(catalogue, cold="80 %", reduction="0 %")
    own = configured(catalogue, "fsx-ontap", "multi-zone-gen1")
    sized = size(own, case.workload, 0.0)
    hot = 150 * TB * (0.2 + 0.02) + 40e6 * 280
    assert sized.provisioned == pytest.approx(hot * 1.49)
    assert sized.cold == pytest.approx(120 * TB)
    assert (sized.count, sized.throughput / MB) == (1, 512)
    amount, _, _ = rent(catalogue, own, case.workload)
    assert amount == pytest.approx(hot * 1.49 / GIB * 0.25 + 120 * TB / GIB * 0.0438 + 512 * 1.2)


def test_what_does_not_reduce_and_has_no_colder_tier_takes_all(catalogue):
    case = opened(catalogue, cold="80 %", reduction="30 %")
    bucket = size(configured(catalogue, "s3", "standard"), case.workload, 0.0)
    assert (bucket.stored, bucket.cold) == (150 * TB, 0.0)
    windows = size(configured(catalogue, "fsx-windows", "multi-zone-ssd"), case.workload, 0.0)
    assert windows.cold == 0.0


def test_files_too_small_for_the_colder_tier_stay(catalogue):
    # 128 KiB are the least of Standard-IA: 150 TB in 1 billion files of 150 kB go there, in 1.5 billion of 100 kB not.
    own = configured(catalogue, "s3", "standard-ia")
    large, small = (
        size(own, opened(catalogue, cold="80 %", files=files).workload, 0.0) for files in ("1000M", "1500M")
    )
    assert (large.cold, small.cold) == (pytest.approx(120 * TB), 0.0)


def test_small_files_are_billed_as_the_least_of_the_colder_tier(catalogue):
    # 800 million files of 25 kB: 16 TB of 20 are cold, and billed as 640 million times 128 KiB. In Standard each counts
    # for seven steps of 4 KiB and 2 KiB of metadata, 30,720 B.
    own = configured(catalogue, "efs", "regional-ia")
    given = {"volume": "20 TB", "files": "800M", "cold": "80 %", "protocol": "nfs", "source": "linux"}
    sized = size(own, opened(catalogue, **given).workload, 0.0)
    assert (sized.stored, sized.cold) == (20 * TB, pytest.approx(16 * TB))
    assert sized.cold_billed == pytest.approx(640e6 * 128 * 1024)
    assert sized.hot_billed == pytest.approx(160e6 * 30_720)
    amount, _, _ = rent(catalogue, own, opened(catalogue, **given).workload)
    assert amount == pytest.approx((160e6 * 30_720 * 0.30 + 640e6 * 131_072 * 0.016) / GIB, rel=1e-6)


@pytest.mark.parametrize("name", ["regional-ia", "regional-archive", "one-zone-ia"])
def test_every_colder_tier_of_a_file_system_has_its_least(catalogue, name):
    own = configured(catalogue, "efs", name)
    given = {"volume": "20 TB", "files": "800M", "cold": "80 %", "use": "archive", "protocol": "nfs"}
    sized = size(own, opened(catalogue, **given).workload, 0.0)
    assert sized.cold_billed > 5 * sized.cold
    large = size(own, opened(catalogue, **{**given, "files": "20M"}).workload, 0.0)
    assert large.cold_billed == pytest.approx(large.cold, rel=1e-2)


def test_sizes_say_more_than_their_mean(catalogue):
    # Half of 20 TB in files of 10 MB, half in files of 10 kB: a mean of 20 kB, of which the large half is not small.
    own = configured(catalogue, "efs", "regional-ia")
    given = {"volume": "20 TB", "cold": "80 %", "protocol": "nfs", "source": "linux"}
    sizes = [{"size": "10 MB", "files": "1M"}, {"size": "10 kB", "files": "1000M"}]
    told = opened(catalogue, **given, sizes=sizes).workload
    sized = size(own, told, 0.0)
    assert sized.cold_billed == pytest.approx(0.8 * (1000e6 * 131_072 + 1e6 * (2442 * 4096 + 2048)), rel=1e-6)
    # And in a bucket that half alone may go to the colder class.
    bucket = size(configured(catalogue, "s3", "standard-ia"), told, 0.0)
    assert bucket.cold == pytest.approx(8 * TB)


def test_what_expires_sooner_is_billed_for_the_least_time(catalogue):
    # 10 % a day of 40 TB is replaced: each file lives ten days, and is billed for 90: nine times what lies there.
    case = {"volume": "40 TB", "files": "400", "cold": "95 %", "change": "10 %/day"}
    own = configured(catalogue, "s3", "glacier-instant")
    expiring = size(own, opened(catalogue, **case, use="backups").workload, 0.0)
    assert expiring.cold == pytest.approx(38 * TB)
    assert expiring.cold_billed == pytest.approx(9 * 40 * TB)
    # Documents that are written anew are not those that lie there.
    rewritten = size(own, opened(catalogue, **case, use="general").workload, 0.0)
    assert rewritten.cold_billed == pytest.approx(38 * TB)
    # What lives for a year pays for what lies there.
    slow = size(own, opened(catalogue, **{**case, "change": "0.3 %/day"}, use="backups").workload, 0.0)
    assert slow.cold_billed == pytest.approx(38 * TB)


def test_backups_of_ten_days_stay_in_the_standard_class(catalogue):
    case = {"volume": "40 TB", "files": "400", "change": "10 %/day", "use": "backups"}
    assert stands(opened(catalogue, **case), "s3-file-gateway") == "standard"
    assert (
        stands(opened(catalogue, **{**case, "change": "0.3 %/day"}), "s3-file-gateway") == "glacier-instant"
    )
    assert stands(opened(catalogue, **case), "s3") == "standard"


def test_growth_counts_in_the_mean_of_the_horizon(catalogue):
    # 20 % a year over two years end at 140 %, and are 120 % in the mean.
    case = opened(catalogue, growth="20 %/year", horizon="24 months", reduction="0 %")
    sized = size(configured(catalogue, "s3", "standard"), case.workload, 0.0)
    assert sized.stored == pytest.approx(180 * TB, rel=2e-3)


def test_what_users_need_is_bought_where_more_than_what_is_advised(catalogue):
    # 10 TB on HDD: 10,244 GiB with a tenth free, for which 128 MB/s are advised; 300 MB/s are had as 512.
    own = configured(catalogue, "fsx-windows", "multi-zone-hdd")
    quiet, busy = (
        size(own, opened(catalogue, volume="10 TB", throughput=text, reduction="0 %").workload, 0.0)
        for text in ("20 MB/s", "300 MB/s")
    )
    assert (quiet.throughput / MB, busy.throughput / MB) == (128, 512)


# Which of them stands for the target.


def test_the_least_rent_stands_for_the_target(catalogue):
    case = opened(catalogue, use="general")
    for target, choice in case.choices.items():
        rents = [rent(catalogue, own, case.workload)[1].item() for own in choice.targets]
        assert rents[choice.best[0]] == min(rents), target
    assert stands(case, "fsx-windows") == "multi-zone-hdd"
    assert stands(case, "fsx-ontap") == "multi-zone-gen1"


def test_each_row_has_its_own(catalogue):
    # HDD is cheap, and begins at 2,000 GiB: 50 USD a month; 100 GB on SSD are less.
    case = opened(catalogue, volume="1 TB")
    volume = np.array([[0.1], [0.1], [150.0]]) * TB
    w = structs.replace(case.workload, volume=volume, files=volume / 1e6, file_size=1e6 + 0.0 * volume)
    own = candidates(catalogue.targets["fsx-windows"], w)
    choice = choose(catalogue, own, w)
    assert [own[place].medium for place in choice.best] == ["ssd", "ssd", "hdd"]


def test_a_disk_that_cannot_give_what_users_need_is_left_for_a_dearer_one(catalogue):
    # HDD gives 12 MB/s for each TiB: 10 TB and a tenth are 10.0 TiB, 120 MB/s.
    given = {"volume": "10 TB", "files": "10M"}
    enough, short = (opened(catalogue, **given, throughput=text) for text in ("119 MB/s", "121 MB/s"))
    own = configured(catalogue, "fsx-windows", "multi-zone-hdd")
    assert pytest.approx(120.05, abs=0.01) == 11 * TB / TIB * 12
    assert gives_throughput(own, enough.workload).all()
    assert not gives_throughput(own, short.workload).any()
    assert stands(enough, "fsx-windows") == "multi-zone-hdd"
    assert stands(short, "fsx-windows") == "multi-zone-ssd"


def test_where_none_gives_what_was_asked_for_the_closest_stands(catalogue):
    # 11 TB on SSD have 750 MB/s for each TiB, 7.5 GB/s, and on HDD 12.
    asked = opened(catalogue, volume="10 TB", throughput="90 GB/s")
    assert stands(asked, "fsx-windows") == "multi-zone-ssd"
    # What is only assumed of the use is met or not, and then the rent decides.
    assumed = opened(catalogue, volume="10 TB")
    (w,) = (structs.replace(assumed.workload, throughput_per_volume=90e9 / (10 * TB)),)
    choice = choose(catalogue, candidates(catalogue.targets["fsx-windows"], w), w)
    assert choice.targets[int(choice.best[0])].configuration == "multi-zone-hdd"


def test_options_are_those_of_the_configurations_that_stand(catalogue):
    case = opened(catalogue)
    assert {option.target.configuration for option in case.options if option.target.id == "fsx-windows"} == {
        "multi-zone-hdd"
    }
    ids = [option.id for option in case.options]
    assert len(ids) == len(set(ids))


# What words rule out.


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"availability": "multi-zone"}, ["multi-zone-ssd", "multi-zone-hdd"]),
        ({"availability": "single-zone"}, ["single-zone-ssd", "single-zone-hdd"]),
        ({"availability": "multi-zone", "use": "vdi"}, ["multi-zone-ssd"]),  # desktops want SSD
        ({"availability": "single-zone", "use": "vdi"}, ["single-zone-ssd"]),
    ],
)
def test_availability_and_use_leave_some(catalogue, given, found):
    case = opened(catalogue, **given)
    assert names(candidates(catalogue.targets["fsx-windows"], case.workload)) == found


def test_a_use_gives_the_availability_that_nobody_states(catalogue):
    assert opened(catalogue, use="archive").workload.availability == "single-zone"
    assert opened(catalogue, use="departmental").workload.availability == "multi-zone"
    assert opened(catalogue, use="archive", availability="multi-zone").workload.availability == "multi-zone"


def test_what_is_regional_is_as_good_as_several_zones(catalogue):
    case = opened(catalogue, availability="multi-zone")
    assert {own.availability for own in candidates(catalogue.targets["s3"], case.workload)} == {"regional"}


def test_what_is_regional_stands_where_it_is_cheaper_than_one_zone(catalogue):
    # EFS for an archive of 150 TB, 139,698 GiB: in one zone at 0.16 for each, 22,352 USD a month; regional, with 98 %
    # in Archive at 0.008 and 2 % at 0.30: 1,095 and 838 USD.
    case = opened(catalogue, use="archive", protocol="nfs")
    own = candidates(catalogue.targets["efs"], case.workload)
    assert names(own) == ["regional-ia", "regional-archive", "one-zone", "one-zone-ia"]
    assert stands(case, "efs") == "regional-archive"
    gib = 150 * TB / GIB
    rents = {each.configuration: rent(catalogue, each, case.workload)[0].item() for each in own}
    # A file of 3.75 MB counts for 916 steps of 4 KiB and 2 KiB of metadata.
    counted = gib * (916 * 4096 + 2048) / 3.75e6
    assert rents["one-zone"] == pytest.approx(counted * 0.16)
    assert rents["regional-archive"] == pytest.approx(counted * (0.98 * 0.008 + 0.02 * 0.30))


def test_some_configurations_are_for_some_uses_alone(catalogue):
    bucket = catalogue.targets["s3"]
    assert "glacier-instant" in names(candidates(bucket, opened(catalogue, use="archive").workload))
    shares = opened(catalogue, use="general").workload
    assert "glacier-instant" not in names(candidates(bucket, shares))
    (reason,) = unmet_words(configured(catalogue, "s3", "glacier-instant"), shares)
    assert reason.text.endswith("is for media, backups and archive; the use here is general")


def test_some_configurations_are_offered_in_some_regions_alone(catalogue):
    target = catalogue.targets["fsx-ontap"]
    found = {
        region: names(candidates(target, opened(catalogue, region=region).workload))
        for region in ("ap-northeast-1", "eu-west-2")
    }
    assert found == {
        "ap-northeast-1": ["multi-zone-gen1", "multi-zone-gen2"],
        "eu-west-2": ["multi-zone-gen1"],
    }
    (reason,) = unmet_words(
        configured(catalogue, "fsx-ontap", "multi-zone-gen2"), opened(catalogue, region="eu-west-2").workload
    )
    assert reason.text.endswith("is not offered in eu-west-2")


def test_a_target_of_which_nothing_fits_says_all_that_is_lacking(catalogue):
    # Lustre lies in one zone.
    case = opened(catalogue, protocol="nfs", availability="multi-zone", use="hpc")
    lustre = catalogue.targets["fsx-lustre"]
    assert not candidates(lustre, case.workload)
    (reason,) = nothing_fits(lustre, case.workload)
    assert reason.code == "not-fit"
    # Six configurations, one reason, and another one of some.
    assert "gives what is needed: each is in a single zone, and multi-zone is wanted" in reason.text
    assert reason.text.count("multi-zone is wanted") == 1
    options = [option for option in case.options if option.target.id == "fsx-lustre"]
    assert options
    assert all(reason in option.reasons for option in options)
    assert not nothing_fits(lustre, opened(catalogue, protocol="nfs", availability="single-zone").workload)


# One that is named.


def test_of_the_targets_that_have_it_only_the_configuration_that_is_named_is_compared(catalogue):
    case = opened(catalogue, configuration="single-zone-hdd")
    assert {option.target.key for option in case.open_options} == {
        "fsx-windows/single-zone-hdd",
        "ec2-file-server/single-zone-hdd",
    }
    # It is in one zone, and the use wants several: what is only assumed does not stand against what is named.
    assert case.workload.availability == "multi-zone"
    assert not unmet_words(configured(catalogue, "fsx-windows", "single-zone-hdd"), case.workload)


def test_all_others_say_why_not(catalogue):
    case = opened(catalogue, configuration="single-zone-hdd")
    (reason,) = nothing_fits(catalogue.targets["fsx-ontap"], case.workload)
    assert reason.text == (
        "Amazon FSx for NetApp ONTAP has no configuration single-zone-hdd, but single-zone-gen1, multi-zone-gen1, "
        "single-zone-gen2, multi-zone-gen2"
    )
    ontap = [option for option in case.options if option.target.id == "fsx-ontap"]
    assert ontap
    assert all(reason in option.reasons for option in ontap)
    (reason,) = unmet_words(configured(catalogue, "fsx-windows", "multi-zone-hdd"), case.workload)
    assert reason.text == "Multi-AZ, HDD is left out, since single-zone-hdd is asked for"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"availability": "multi-zone"}, "Single-AZ, HDD is in a single zone, and multi-zone is wanted"),
        ({"use": "vdi"}, "Single-AZ, HDD does not suit the use vdi, which wants ssd or tiered"),
    ],
)
def test_what_was_given_stands_against_the_one_that_is_named(catalogue, given, told):
    case = opened(catalogue, configuration="single-zone-hdd", **given)
    (reason,) = nothing_fits(catalogue.targets["fsx-windows"], case.workload)
    assert told in reason.text
    assert not [option for option in case.open_options if option.target.id == "fsx-windows"]
    stands = {option.target.configuration for option in case.options if option.target.id == "fsx-windows"}
    assert stands == {"single-zone-hdd"}, "the one that is asked for, and not another"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"configuration": "multi-zone-hd"}, "of any target of aws; did you mean 'multi-zone-hdd'?"),
        ({"configuration": "One Zone"}, "did you mean 'one-zone'?"),
        (
            {"configuration": "multi-zone-gen1", "target": "efs"},
            "of efs; wanted one of regional-ia, regional-arch",
        ),
        (
            {"configuration": "cheap", "cloud": "gcp"},
            "'cheap' is no configuration of any target of gcp; wanted one of ",
        ),
    ],
)
def test_a_configuration_that_nobody_has_is_asked_back(catalogue, given, told):
    with pytest.raises(MigplanError) as refused:
        opened(catalogue, **given)
    assert told in str(refused.value)


def test_a_target_without_configurations_stands_for_itself(tmp_path):
    ours = (own_folder() / "targets" / "gcs.toml").read_text(encoding="utf-8")
    (tmp_path / "targets").mkdir()
    (tmp_path / "targets" / "gcs.toml").write_text(ours.partition("[[configurations]]")[0], encoding="utf-8")
    case = Case.read({**SERVER, "cloud": "gcp", "target": "gcs"}, load([tmp_path]), TODAY)
    assert {own.configuration for choice in case.choices.values() for own in choice.targets} == {""}


# A file server of one's own gives what its instance carries.


def test_a_server_gives_what_its_instance_carries(catalogue):
    # Two servers: an m5.xlarge carries 143.75 MB/s to its volumes, an m5.24xlarge the 2,000 MiB/s of one volume.
    asked = {"volume": "80 TB", "files": "30M", "protocol": "nfs", "source": "linux", "region": "us-east-1"}
    for text, name in (
        ("200 MB/s", "single-zone-ssd"),
        ("1 GB/s", "single-zone-ssd-4xlarge"),
        ("4 GB/s", "single-zone-ssd-24xlarge"),
    ):
        case = opened(catalogue, **asked, throughput=text, iops="1000", use="hpc")
        assert stands(case, "ec2-file-server") == name, text
    for own in catalogue.targets["ec2-file-server"].configurations:
        too_much = opened(catalogue, **asked, throughput="5 GB/s", use="hpc").workload
        assert not gives_throughput(own, too_much).any(), own.configuration
    # By the use alone, 50 MB/s for each TB, the largest of them.
    assert stands(opened(catalogue, **asked, use="hpc"), "ec2-file-server") == "single-zone-ssd-24xlarge"


def test_what_a_server_sells_fits_its_instance(catalogue):
    for own in catalogue.targets["ec2-file-server"].configurations:
        most = own.fact("write_rate", "us-east-1").value
        assert all(value <= most * (1 + 1e-9) for steps in own.throughput for value in steps.values)


def test_a_server_for_nfs_pays_no_licence_for_windows(catalogue):
    own = configured(catalogue, "ec2-file-server", "single-zone-ssd")
    given = {"volume": "1 TB", "files": "100k", "region": "us-east-1", "use": "general", "reduction": "0 %"}
    months = 730
    storage = 1.2 * TB / GIB * 0.08 + 125 * 0.04
    for protocol, hourly in (("smb", 0.376), ("local", 0.376), ("nfs", 0.192)):
        case = opened(
            catalogue, **given, protocol=protocol, source="linux" if protocol == "nfs" else "windows"
        )
        amount, _, _ = rent(catalogue, own, case.workload)
        assert amount == pytest.approx(storage + hourly * months, rel=1e-3), protocol
    # And 24 times the processors cost 24 times as much.
    large = configured(catalogue, "ec2-file-server", "single-zone-ssd-24xlarge")
    case = opened(catalogue, **given, protocol="nfs", source="linux")
    assert rent(catalogue, large, case.workload)[0] == pytest.approx(storage + 24 * 0.192 * months, rel=1e-3)


# Whose clients have to be in the cloud.


@pytest.mark.parametrize("name", ["fsx-lustre", "s3-files"])
def test_a_target_that_serves_clients_in_the_cloud_alone_serves_none_on_the_site(catalogue, name):
    target = catalogue.targets[name]

    def reasons(**given):
        return unfit_reasons(
            target, opened(catalogue, protocol="nfs", source="linux", keep="none", **given).workload
        )

    for use in set(catalogue.uses) - {"hpc"}:
        (reason,) = reasons(use=use)
        assert reason.code == "not-fit"
        assert "those on the site would have to move there" in reason.text
    # A cluster moves with its data, and so do clients that may be changed.
    assert reasons(use="hpc") == reasons(app_change="allowed") == []


def test_what_speaks_neither_smb_nor_nfs_serves_no_such_clients_where_they_are(catalogue):
    for target in catalogue.targets.values():
        if target.cloud == "aws" and not {"smb", "nfs"} & set(target.protocols):
            assert not {target.app_change.get(name) for name in ("smb", "nfs")} & {"none", "client"}, (
                target.id
            )


# What goes to a colder tier pays for going there.


@pytest.mark.parametrize(
    ("target", "configuration", "item", "expected"),
    [
        # 10 TB of 10 million files, 80 % cold: 8 million requests at 0.01 or 0.02 a thousand, 7,451 GiB.
        ("s3", "standard-ia", "S3 lifecycle transitions to Infrequent Access", 80.0),
        ("s3", "glacier-instant", "S3 lifecycle transitions to Glacier Instant Retrieval", 160.0),
        (
            "s3-file-gateway",
            "glacier-instant",
            "S3 lifecycle transitions to Glacier Instant Retrieval",
            160.0,
        ),
        ("efs", "regional-ia", "EFS writes to Infrequent Access", 8 * TB / GIB * 0.01),
        ("efs", "regional-archive", "EFS writes to Archive", 8 * TB / GIB * 0.03),
    ],
)
def test_what_goes_to_a_colder_tier_pays_for_it_once(catalogue, target, configuration, item, expected):
    case = opened(
        catalogue, volume="10 TB", files="10M", cold="80 %", use="archive", protocol="nfs", keep="none",
        region="us-east-1", app_change="allowed", target=target, configuration=configuration,
    )  # fmt: skip
    option = next(option for option in case.options if option.kind == "online" and not option.reasons)
    (line,) = [
        line for line in price_option(catalogue, option, case.workload, {}, 0.0).lines if line.item == item
    ]
    assert (line.amount, line.monthly) == (pytest.approx(expected), False)


@pytest.mark.parametrize("protocol", ["smb", "nfs"])
def test_what_is_all_cold_is_planned(protocol):
    plan = migplan.plan(volume="30 TB", files="9M", protocol=protocol, link="1 Gbps", cold="100 %", samples=0)
    assert plan.chosen is not None


def test_what_has_a_price_here_stands_before_what_has_none(catalogue):
    # Provisioned v2 on HDD costs less than the hot tier by far, at the dearest price of the Regions that have one.
    # Where its price is not known it stands back, but where no configuration has a price.
    told = {"cloud": "azure", "availability": "multi-zone", "reduction": "0 %"}
    for region, first, known in (
        ("eastus", "multi-zone-hot", True),
        ("westeurope", "multi-zone-v2", True),
        ("uksouth", "multi-zone-v2", False),
    ):
        case = opened(catalogue, region=region, **told)
        own = configured(catalogue, "azure-files-hdd", first)
        assert stands(case, "azure-files-hdd") == first
        assert bool(np.all(rent(catalogue, own, case.workload)[2])) is known


# What a cluster needs, and what is bought for its speed.


def test_what_clusters_need_does_not_grow_with_the_data_for_ever(catalogue):
    # 50 MB/s for each TB up to 100 TB, 5 GB/s; 3 PB are 30 times as much, and 30 to the power 0.6 is 7.7.
    needed = {
        volume: float(needed_throughput(opened(catalogue, volume=volume, use="hpc").workload))
        for volume in ("50 TB", "100 TB", "3 PB")
    }
    assert needed == pytest.approx({"50 TB": 2.5e9, "100 TB": 5e9, "3 PB": 5e9 * 30**0.6})
    # Office users are as many as their data.
    assert needed_throughput(opened(catalogue, volume="3 PB").workload) == pytest.approx(6e9)


def test_capacity_is_bought_for_the_speed_that_it_brings(catalogue):
    # 10 TB and a fifth are 10.9 TiB, which carry 131 MB/s on HDD of 12 MB/s for each; 1.2 GB/s take 100 TiB.
    case = opened(catalogue, volume="10 TB", use="hpc", protocol="nfs", source="linux", throughput="1.2 GB/s")
    slow, fast = (configured(catalogue, "fsx-lustre", name) for name in ("hdd-12", "ssd-125"))
    assert size(slow, case.workload, 0.0).provisioned == pytest.approx(100 * TIB)
    assert gives_throughput(slow, case.workload).all()
    assert size(fast, case.workload, 0.0).provisioned == pytest.approx(12 * TB)
    # No rounding leaves less than what is needed.
    for volume in np.geomspace(10.0, 5000.0, 60):
        any_volume = opened(catalogue, volume=f"{volume:.3f} TB", use="hpc", protocol="nfs", source="linux")
        for own in catalogue.targets["fsx-lustre"].configurations:
            sized = size(own, any_volume.workload, 0.0)
            assert not lacks_iops(any_volume.workload, sized)
            assert not lacks_throughput(own, any_volume.workload, sized)
    # Where speed is sold by itself no capacity is bought for it.
    sold = configured(catalogue, "fsx-openzfs", "single-zone-ssd")
    more = opened(catalogue, volume="10 TB", protocol="nfs", source="linux", throughput="4 GB/s")
    assert size(sold, more.workload, 0.0).provisioned == size(sold, case.workload, 0.0).provisioned


def test_the_data_of_a_large_cluster_lie_on_disks_behind_a_cache(catalogue):
    given = {"use": "hpc", "protocol": "nfs", "source": "linux"}
    assert stands(opened(catalogue, volume="50 TB", **given), "fsx-lustre") == "ssd-125"
    assert stands(opened(catalogue, volume="3 PB", **given), "fsx-lustre") == "hdd-12-cache"


def test_more_data_of_a_cluster_never_cost_less(catalogue):
    given = {"use": "hpc", "protocol": "nfs", "source": "linux"}
    rents = []
    for volume in np.geomspace(10.0, 5000.0, 25):
        case = opened(catalogue, volume=f"{volume:.1f} TB", **given)
        own = case.choices["fsx-lustre"]
        amount, _, _ = rent(catalogue, own.targets[int(own.best[0])], case.workload)
        rents.append(np.asarray(amount).item())
    assert rents == sorted(rents)


def test_many_small_files_want_more_operations_than_their_bytes(catalogue):
    # 5 for a TB and 5 for a million files: 1.5 TB ask for 7.5, and 90 million files for 450.
    few, many = (
        opened(catalogue, volume="1.5 TB", files=files, use="departmental") for files in ("1M", "90M")
    )
    assert needed_iops(few.workload) == pytest.approx(7.5)
    assert needed_iops(many.workload) == pytest.approx(450)
    # 2,000 GiB of HDD, the least that is sold, do 23.
    assert stands(few, "fsx-windows") == "multi-zone-hdd"
    assert stands(many, "fsx-windows") == "multi-zone-ssd"
    asked = opened(catalogue, volume="1.5 TB", files="90M", use="departmental", iops="20")
    assert stands(asked, "fsx-windows") == "multi-zone-hdd"


def test_rents_that_were_compared_are_those_of_each_row(catalogue):
    w = opened(catalogue).workload
    w = structs.replace(w, volume=np.array([[1 * TB], [150 * TB], [900 * TB]]))
    case = Case(w, catalogue, TODAY)
    compared = [own for choice in case.choices.values() if len(choice.targets) > 1 for own in choice.targets]
    assert compared
    some = case.rows(np.array([2, 0]))
    for own in compared:
        assert case.rent(own).shape == (3, 1)
        assert case.rent(own).tolist() == np.broadcast_to(rent(catalogue, own, w)[1], (3, 1)).tolist()
        assert some.rent(own).tolist() == case.rent(own)[[2, 0]].tolist()
    # Another workload of the same setup has rents of its own.
    other = case.with_same_setup(structs.replace(w, horizon=2.0 * w.horizon, volume=w.volume * 2.0))
    assert other.rent(compared[0]).tolist() != case.rent(compared[0]).tolist()


@pytest.mark.parametrize(
    ("cloud", "found"),
    [("aws", {"fsx-ontap"}), ("azure", {"azure-netapp-files"}), ("gcp", {"gcp-netapp-volumes"})],
)
def test_files_that_are_used_by_two_protocols_go_where_both_are_served(catalogue, cloud, found):
    w = opened(catalogue, cloud=cloud, traits="multi-protocol").workload
    targets = [target for target in catalogue.targets.values() if target.cloud == cloud]
    assert {target.id for target in targets if not unfit_reasons(target, w)} == found


@pytest.mark.parametrize("text", ["smb,nfs", "SMB + NFS", "nfs/smb", "smb and nfs"])
def test_two_protocols_at_once_are_told_what_to_give(catalogue, text):
    with pytest.raises(MigplanError, match=r"is more than one; .* and traits = 'multi-protocol'"):
        opened(catalogue, protocol=text)


@pytest.mark.parametrize(
    ("target", "given"),
    [
        ("fsx-openzfs", {"use": "media", "availability": "multi-zone"}),
        ("fsx-lustre", {"use": "hpc"}),
    ],
)
def test_what_is_sorted_by_a_tier_without_a_price_is_planned_by_its_name_alone(catalogue, target, given):
    given = {"volume": "100 TB", "protocol": "nfs", "source": "linux", **given}
    assert stands(opened(catalogue, **given), target) != "intelligent-tiering"
    named = opened(catalogue, **given, configuration="intelligent-tiering")
    assert stands(named, target) == "intelligent-tiering"
    amount, _, known = rent(catalogue, configured(catalogue, target, "intelligent-tiering"), named.workload)
    assert not np.any(known)
    assert np.all(np.asarray(amount) > 0.0)
