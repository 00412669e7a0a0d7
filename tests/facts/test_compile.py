"""Profile files to their compiled form: faults, and names of facts."""

import pytest

from migplan.errors import MigplanError
from migplan.facts import load, own_folder
from migplan.facts.compile import compile_folders
from migplan.facts.schema import MODELS, json_schema


@pytest.mark.parametrize("kind", MODELS)
def test_editors_get_a_schema(kind):
    assert json_schema(kind)["properties"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("name = 3", "name: Input should be a valid string"),
        ('name = "Box"\ncapacity = 3', "capacity: Extra inputs are not permitted"),
        (
            '[facts.fill]\nvalue = 2\nlow = 3\nunit = "1"\nsource = "https://x"\nas_of = 2026-01-01',
            "low <= value",
        ),
        ('[facts.fill]\nvalue = 2\nunit = "TB"\nsource = "https://x"\nas_of = 2026-01-01', "facts.fill.unit"),
        ('[facts.fill]\nvalue = 2\nunit = "1"\nsource = "somebody"\nas_of = 2026-01-01', "facts.fill.source"),
        (
            '[facts.colour]\nvalue = 2\nunit = "1"\nsource = "https://x"\nas_of = 2026-01-01',
            "nothing reads this",
        ),
    ],
)
def test_faults_name_file_table_and_key(tmp_path, content, told):
    whole = (
        'name = "Box"\nsummary = "A box."\nbehaviour = "shipped"\nencrypted = true\npaths = []\n'
        if content.startswith("[")
        else ""
    )
    folder = tmp_path / "devices"
    folder.mkdir()
    (folder / "box.toml").write_text(whole + content, encoding="utf-8")
    with pytest.raises(MigplanError) as error:
        compile_folders([own_folder(), tmp_path])
    lines = [str(fault) for fault in error.value.faults]
    assert all(line.startswith("devices/box.toml: ") for line in lines)
    assert any(told in line for line in lines), lines


def test_two_ids_for_one_thing_are_refused(tmp_path):
    folder = tmp_path / "prices"
    folder.mkdir()
    text = (own_folder() / "prices" / "s3-standard-storage.toml").read_text(encoding="utf-8")
    (folder / "s3-again.toml").write_text(text, encoding="utf-8")
    with pytest.raises(MigplanError, match="one id for one thing"):
        compile_folders([own_folder(), tmp_path])


CLOUD = """name = "Ours"
source = "assumption: ours"
as_of = 2026-01-01

[regions]
here-1 = ["Here"]
"""
WAIVER = """
[[waivers]]
text = "Free."
source = "assumption: ours"
as_of = 2026-01-01
regions = ["{region}"]
"""


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("\n[places]\nthere-1 = [0, 0]\n", "places: 'there-1' is none of the regions"),
        ("\n[places]\nhere-1 = [91, 0]\n", "places: here-1 is nowhere on Earth"),
        ("\n[places]\nhere-1 = [0, -181]\n", "places: here-1 is nowhere on Earth"),
        (WAIVER.format(region="there-1"), "waivers: 'there-1' is none of the regions"),
        ('\n[[leaving]]\nitem = "Out"\nprice = "dear"\n', "leaving: no price 'dear'"),
    ],
)
def test_what_a_cloud_says_of_regions_is_of_its_own(tmp_path, more, told):
    (tmp_path / "clouds").mkdir()
    (tmp_path / "clouds" / "ours.toml").write_text(CLOUD + more, encoding="utf-8")
    with pytest.raises(MigplanError, match=told):
        compile_folders([own_folder(), tmp_path])
    (tmp_path / "clouds" / "ours.toml").write_text(CLOUD + WAIVER.format(region="here-1"), encoding="utf-8")
    assert "price_list" not in compile_folders([own_folder(), tmp_path])["clouds"]["ours"]


LISTED = """name = "Ours"
unit = "USD/GiB/month"
regions = {}

[listed]
cloud = "aws"
offer = "Ours"
units = ["GB-Mo"]
tier_unit = "TiB"
price = "USD/TiB/month"
where = {usagetype = "Storage"}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"aws"', '"awz"', r"prices/ours.toml: listed.cloud: no cloud 'awz'; did you mean 'aws'\?"),
        ('"aws"', '"none"', "prices/ours.toml: listed.cloud: no cloud 'none'"),
        ('"TiB"', '"hour"', "prices/ours.toml: listed.tier_unit"),
        ('"USD/TiB/month"', '"USD/hour"', "prices/ours.toml: listed.price"),
        ('where = {usagetype = "Storage"}', "", "wanted skus or where: what picks one SKU"),
    ],
)
def test_what_picks_a_price_in_a_list_is_looked_at_and_is_in_no_catalogue(tmp_path, old, new, told):
    (tmp_path / "prices").mkdir()
    path = tmp_path / "prices" / "ours.toml"
    path.write_text(LISTED, encoding="utf-8")
    assert compile_folders([own_folder(), tmp_path])["prices"]["ours"].keys() == {
        "name", "unit", "regions", "unknown"
    }  # fmt: skip
    path.write_text(LISTED.replace(old, new), encoding="utf-8")
    with pytest.raises(MigplanError, match=told):
        compile_folders([own_folder(), tmp_path])


PATHS = """name = "Box copy"
summary = "Copies."
behaviour = "files"
phases = "sequential"
encrypted = true
verifies = ["none"]
verifies_by_default = "none"
"""
PATH = """
[[paths]]
{id}
to = {to}
read = {read}
source = "https://x"
as_of = 2026-01-01

[paths.facts.task_rate]
value = {value}
unit = "MB/s"
source = "https://x"
as_of = 2026-01-01
"""
FIRST = PATH.format(id="", to='["s3", "efs"]', read='["smb"]', value=1)
SECOND = PATH.format(id='id = "back"', to='["s3"]', read='["object"]', value=2)


def mover(folder, text):
    (folder / "movers").mkdir(exist_ok=True)
    (folder / "movers" / "box-copy.toml").write_text(PATHS + text, encoding="utf-8")
    compiled = compile_folders([own_folder(), folder])
    return compiled["movers"]["box-copy"]["paths"]


@pytest.mark.parametrize("text", [FIRST + SECOND, SECOND + FIRST])
def test_facts_of_paths_are_called_by_name_wherever_the_path_stands(tmp_path, text):
    ids = {path["facts"]["task_rate"]["id"] for path in mover(tmp_path, text)}
    assert ids == {"movers/box-copy.paths.smb-to-s3-efs.task_rate", "movers/box-copy.paths.back.task_rate"}


@pytest.mark.parametrize("text", [FIRST + FIRST, SECOND + SECOND])
def test_two_paths_of_one_name_are_refused(tmp_path, text):
    with pytest.raises(
        MigplanError, match=r"2 are called '(smb-to-s3-efs|back)'; wanted a different id in each"
    ):
        mover(tmp_path, text)


def test_an_id_of_a_path_is_a_word(tmp_path):
    with pytest.raises(MigplanError, match=r"paths\.0\.id"):
        mover(tmp_path, SECOND.replace("back", "Back.Up"))


TARGET = """name = "Box files"
summary = "Files in a box."
cloud = "aws"
kind = "file"
protocols = ["smb"]
app_change = {smb = "none", nfs = "impossible", local = "impossible", object = "impossible"}
stores = {}
stores_source = "https://x"
stores_as_of = 2026-01-01
"""
CONFIGURATION = """
[[configurations]]
id = "{id}"
name = "one zone, {id}"
availability = "single-zone"
medium = "ssd"
uses = ["{use}"]

[[configurations.charges]]
item = "Storage"
price = "{price}"
per = "stored-byte"

[configurations.facts.{key}]
value = 2
unit = "TB"
source = "https://x"
as_of = 2026-01-01
"""
WHOLE = {"id": "small", "use": "archive", "price": "s3-standard-storage", "key": "largest_volume"}


def target(folder, *configurations):
    (folder / "targets").mkdir(exist_ok=True)
    text = TARGET + "".join(CONFIGURATION.format(**{**WHOLE, **own}) for own in configurations)
    (folder / "targets" / "box-files.toml").write_text(text, encoding="utf-8")
    return compile_folders([own_folder(), folder])["targets"]["box-files"]["configurations"]


def test_facts_of_configurations_are_called_by_their_ids(tmp_path):
    (own,) = target(tmp_path, {})
    fact = own["facts"]["largest_volume"]
    assert (fact["id"], fact["value"]) == ("targets/box-files.configurations.small.largest_volume", 2e12)


@pytest.mark.parametrize(
    ("configurations", "told"),
    [
        (
            [{}, {}],
            "targets/box-files.toml: configurations: 2 are called 'small'; wanted a different id in each",
        ),
        ([{"use": "achive"}], "targets/box-files.toml: configurations.small.uses: no use 'achive'"),
        (
            [{"price": "gold"}],
            "targets/box-files.toml: configurations.small.charges.0.price: no price 'gold'",
        ),
        (
            [{"key": "colour"}],
            "targets/box-files.toml: configurations.small.facts.colour: nothing reads this",
        ),
        ([{"id": "Small"}], "targets/box-files.toml: configurations.0.id: "),
    ],
)
def test_faults_of_configurations_name_them(tmp_path, configurations, told):
    with pytest.raises(MigplanError) as error:
        target(tmp_path, *configurations)
    assert any(str(fault).startswith(told) for fault in error.value.faults), str(error.value)


def test_a_use_states_all_that_it_gives(tmp_path):
    (tmp_path / "uses").mkdir()
    text = (own_folder() / "uses" / "archive.toml").read_text(encoding="utf-8")
    part = text.replace('"Archive"', '"Scans"').partition("[facts.throughput_per_volume]")[0]
    (tmp_path / "uses" / "scans.toml").write_text(part, encoding="utf-8")
    with pytest.raises(MigplanError) as error:
        compile_folders([own_folder(), tmp_path])
    assert [str(fault) for fault in error.value.faults] == [
        "uses/scans.toml: facts.throughput_per_volume: is missing; wanted a fact"
    ]


@pytest.mark.parametrize("bucket", ["absent", "s3-files"])
def test_what_stands_in_front_of_a_bucket_names_one(tmp_path, bucket):
    (tmp_path / "targets").mkdir()
    text = (own_folder() / "targets" / "s3-file-gateway.toml").read_text(encoding="utf-8")
    changed = text.replace('bucket = "s3"', f'bucket = "{bucket}"')
    (tmp_path / "targets" / "s3-file-gateway.toml").write_text(changed, encoding="utf-8")
    with pytest.raises(MigplanError, match=f"s3-file-gateway.toml: bucket: no target '{bucket}'"):
        compile_folders([own_folder(), tmp_path])


def test_in_front_of_a_bucket_the_bucket_has_its_own_facts():
    targets = load().targets
    for front in ("s3-file-gateway", "s3-files"):
        for own in (targets[front], *targets[front].configurations):
            assert own.facts["operation_time"] is targets["s3"].facts["operation_time"]
            assert own.facts["file_rate"] is targets["s3"].facts["file_rate"]
