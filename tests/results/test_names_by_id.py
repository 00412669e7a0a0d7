import datetime as dt

from migplan.analyses.plan import make_plan
from migplan.results.names import Names


def test_the_name_by_the_id_is_the_one_of_the_plan():
    scenario = {
        "volume": "300 TB",
        "link": "500 Mbps",
        "app_change": "allowed",
        "use": "media",
        "keep": "timestamps",
        "customer": "existing",
    }
    options = make_plan(scenario, today=dt.date(2026, 11, 24), samples=0).options
    assert {option.kind for option in options} == {"online", "offline", "hybrid", "split"}
    names = Names()
    assert {option.id: names.option(option.id) for option in options} == {
        option.id: option.short_name for option in options
    }


def test_own_profiles_have_their_own_names_and_what_no_profile_has_keeps_its_id(tmp_path):
    (tmp_path / "targets").mkdir()
    (tmp_path / "targets/efs.toml").write_text('name = "Our EFS"\n[facts]\n', encoding="utf-8")
    assert Names([tmp_path]).target("efs") == "Our EFS"
    assert Names().target("nowhere") == Names().option("nowhere") == "nowhere"
