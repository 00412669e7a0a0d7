"""What a shell completes, asked for as click's own scripts ask."""

import os
import subprocess
import sys

import pytest

from migplan.cli import COMMANDS, COMPLETE
from migplan.facts import own_folder
from migplan.inputs.fields import TRAITS


@pytest.fixture
def complete(call, monkeypatch):
    def run(*words):
        """Values that are proposed for the last of some words."""
        monkeypatch.setenv("COMP_WORDS", " ".join(["migplan", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        monkeypatch.setenv(COMPLETE, "bash_complete")
        status, out, err = call()
        assert (status, err) == (0, "")
        return [line.partition(",")[2] for line in out.splitlines() if line]

    return run


def test_commands_are_completed(complete):
    assert complete("") == [*COMMANDS]
    assert complete("ba") == ["batch", "backtest"]
    assert complete("facts", "s") == ["show"]
    assert complete("plan", "--cutover-w") == ["--cutover-window"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("plan", "--target", "fsx-w"), ["fsx-windows"]),
        (("plan", "--target", "FSX-W"), ["fsx-windows"]),
        (("plan", "--target", "azure"), []),
        (("plan", "--cloud", "azure", "--target", "azure-files-n"), ["azure-files-nfs"]),
        (("plan", "--region", "ap-northeast-"), ["ap-northeast-1", "ap-northeast-2", "ap-northeast-3"]),
        (("plan", "--cloud", "gcp", "--region", "asia-northeast1"), ["asia-northeast1"]),
        (("plan", "--configuration", "multi-zone-h"), ["multi-zone-hdd"]),
        (("plan", "--use", "home"), ["home-directories"]),
        (("plan", "--protocol", "n"), ["nfs"]),
        (("plan", "--keep", "dacl,own"), ["dacl,owner"]),
        (("plan", "--traits", "vdi,multic"), ["vdi,multicast"]),
        (("plan", "--timezone", "Asia/Tok"), ["Asia/Tokyo"]),
        (("check", "--trait", ""), [*TRAITS]),
        (("check", "--route", "intern"), ["internet"]),
        (("tornado", "--option", "datasync-b"), ["datasync-basic/"]),
        (("tornado", "--option", "datasync-basic/internet/ef"), ["datasync-basic/internet/efs"]),
        (("facts", "show", "devices/snowball-8"), ["devices/snowball-80tb"]),
        (("facts", "list", "m"), ["movers"]),
        (("sweep", "--over", "lin"), ["link="]),
        (("batch", "--set", "lin"), ["link="]),
        (("schema", "profile", "pri"), ["prices"]),
        (("prices", "refresh", "--cloud", ""), ["aws", "azure", "gcp"]),
        (("prices", "lists", "--cloud", "az"), ["azure"]),
        (
            ("prices", "refresh", "--cloud", "azure", "--region", "west"),
            ["westcentralus", "westeurope", "westindia", "westus", "westus2", "westus3"],
        ),
        (
            ("prices", "refresh", "--cloud", "aws", "--cloud", "gcp", "--region", "eu"),
            [
                "eu-central-1",
                "eu-central-2",
                "eu-north-1",
                "eu-south-1",
                "eu-south-2",
                "eu-west-1",
                "eu-west-2",
                "eu-west-3",
                "europe-central2",
                "europe-north1",
                "europe-north2",
                "europe-southwest1",
                "europe-west1",
                "europe-west2",
                "europe-west3",
                "europe-west4",
                "europe-west6",
                "europe-west8",
                "europe-west9",
                "europe-west10",
                "europe-west12",
            ],
        ),
        (("prices", "lists", "--region", "japane"), ["japaneast"]),
        (("completion", ""), ["bash", "zsh", "fish"]),
        (("sweep", "--over", "protocol=smb,n"), ["protocol=smb,nfs"]),
        (("estate", "--set", "target=fsx-w"), ["target=fsx-windows"]),
        (("estate", "--map", "Site=reg"), ["Site=region"]),
        (("estate", "sites.csv", "--format", "i"), ["ics"]),
        (("batch", "--map", "Disk=vol"), ["Disk=volume"]),
        (("plan", "--region", "Osa"), ["ap-northeast-3"]),
        (("track", "p.json", "--zone", "Asia/Tok"), ["Asia/Tokyo"]),
        (("track", "p.json", "--option", "robocopy"), ["robocopy/"]),
        (("prices", "refresh", "--cloud", "az"), ["azure"]),
        (("prices", "refresh", "--cloud", "aws", "--region", "ap-northeast-3"), ["ap-northeast-3"]),
        (("inventory", "--target", "azure-files-n"), ["azure-files-nfs"]),
    ],
    ids=lambda words: " ".join(words[-2:]),
)
def test_values_are_completed(complete, words, wanted):
    assert complete(*words) == wanted


def test_a_followed_plan_proposes_its_own_options(complete, tmp_path):
    path = tmp_path / "plan.json"
    path.write_text('{"options": [{"id": "mine/vpn/efs"}, {"id": "mine/internet/efs"}]}')
    assert complete("track", str(path), "--option", "mine/v") == ["mine/vpn/efs"]
    path.write_text("no plan")
    assert complete("track", str(path), "--option", "rob") == ["robocopy/"]


def test_movers_and_targets_of_measured_cases_are_not_proposed(complete):
    found = complete("plan", "--target", "")
    assert "cloud-drive" not in found
    assert "efs" in found
    assert set(found) <= {path.stem for path in (own_folder() / "targets").glob("*.toml")}


def test_own_profiles_are_proposed(complete, tmp_path):
    (tmp_path / "uses").mkdir()
    (tmp_path / "uses" / "scans.toml").write_text('name = "Scans"\nmedia = [\n[1]\n]\n[facts]\nbroken')
    assert complete("plan", "--profiles", str(tmp_path), "--use", "sc") == ["scans"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_are_printed(call, shell):
    status, out, err = call("completion", shell)
    assert (status, err) == (0, "")
    assert f"{COMPLETE}={shell}_complete" in out


@pytest.mark.slow
def test_a_key_stroke_waits_for_nothing_heavy():
    code = (
        "import sys\n"
        "from migplan.cli import main\n"
        "try:\n main()\nexcept SystemExit:\n pass\n"
        "heavy = {'msgspec', 'numpy', 'pandas', 'pint', 'pydantic', 'orjson', 'rich', 'holidays'}\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & heavy), file=sys.stderr)"
    )
    for line in ("plan --target fsx", "plan --region ap", "facts show mo"):
        words = ["migplan", *line.split()]
        asked = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1), COMPLETE: "bash_complete"}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **asked}
        )
        assert done.stdout.count("\n") > 1
        assert done.stderr == "[]\n"
