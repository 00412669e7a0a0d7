"""What is said to people who mistyped something, or forgot it."""

import pytest

from migplan.cli import main


@pytest.fixture
def told(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["migplan", *arguments])
        with pytest.raises(SystemExit):
            main()
        found = capsys.readouterr()
        return found.out + found.err

    return run


def test_a_scenario_that_init_wrote_is_replaced_by_force_alone(told):
    told("init", "a.toml")
    assert "a.toml: is there already; --force replaces it\n" in told("init", "a.toml")


def test_a_mistyped_suffix_has_a_near_file(told, tmp_path):
    (tmp_path / "c.toml").write_text('volume = "1 TB"\n', encoding="utf-8")
    assert "did you mean 'c.toml'?" in told("plan", "c.tml")


def test_who_names_no_scenario_is_told_of_the_one_that_is_there(told, tmp_path):
    assert "scenario.toml" not in told("plan")
    (tmp_path / "scenario.toml").write_text('volume = "1 TB"\n', encoding="utf-8")
    assert "wanted one, such as `migplan plan scenario.toml`" in told("plan")
    assert "scenario.toml" not in told("plan", "--volume", "1")


def test_a_region_that_is_none_is_not_answered_by_a_list_of_all(told):
    line = told("plan", "--volume", "1 TB", "--region", "Atlantis")
    assert "wanted such as us-east-1, us-east-2, us-west-1; `migplan facts show clouds/aws` lists all" in line
    assert "sa-east-1" not in line


@pytest.mark.parametrize(
    ("days", "wanted"),
    [("Satuday", "did you mean 'saturday'?"), ("xyz", "wanted such as 'Sat-Sun' or '2026-12-05'")],
)
def test_cutover_days_have_a_near_name_or_an_example_of_their_own(told, days, wanted):
    assert wanted in told("plan", "--volume", "1 TB", "--cutover-days", days)


def test_check_takes_the_flags_of_plan_too(told):
    assert told("check", "--routes", "vpn") == told("check", "--route", "vpn")
    assert told("check", "--routes", "vpn, internet") == told(
        "check", "--route", "vpn", "--route", "internet"
    )
    assert told("check", "--traits", "vdi") == told("check", "--trait", "vdi")


def test_help_of_facts_is_not_cut_off(told):
    lines = told("facts", "--help").partition("Commands:")[2].strip().splitlines()
    assert [line.split()[0] for line in lines] == ["check", "list", "matrix", "show"]
    assert all(line.endswith(".") and "..." not in line for line in lines)


def test_a_line_without_its_unit_is_no_matter_of_1024s(told, tmp_path):
    (tmp_path / "in.csv").write_text("volume,link\n1 TB,1G\n", encoding="utf-8")
    line = told("batch", "in.csv", "-o", "out.csv")
    assert "write '1 Gbps' (bits) or '1 GB/s' (bytes); say --unit G=Gbps where all cells are so" in line
    assert "GiB" not in line


def test_a_batch_of_which_nothing_is_asked_has_no_verdict(told, tmp_path):
    (tmp_path / "in.csv").write_text("volume,link\n1 TB,1 Gbps\n2 TB,1 Gbps\n", encoding="utf-8")
    line = told("batch", "in.csv", "-o", "out.csv", "--report", "out.md")
    assert "Of these: no deadline, cutover window or budget was asked for, 0 without an option" in line
    assert "was asked for" in (tmp_path / "out.md").read_text(encoding="utf-8")
    assert "Of these: 2 meet what is asked" in told(
        "batch", "in.csv", "-o", "b.csv", "--set", "deadline=60 days"
    )


@pytest.mark.parametrize("command", ["estate", "batch", "track"])
def test_long_help_is_in_groups_that_fit(command, told, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = told(command, "-h").splitlines()
    assert max(map(len, lines)) <= 80
    assert {"Options:", "Output:", "Facts and draws:"} <= set(lines)
    assert ("How the table is written:" in lines) is (command != "track")
