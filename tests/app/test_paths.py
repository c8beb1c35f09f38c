"""Where a programme's folder, its day and its outputs are."""

from datetime import date
from pathlib import Path

from builders import programme

from mentoring_lib.app import paths


def test_a_programme_is_the_example_a_private_one_or_a_path(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PRIVATE", tmp_path)
    (tmp_path / "mana").mkdir()
    assert paths.find_folder(None) == paths.EXAMPLE
    assert paths.find_folder("mana") == tmp_path / "mana"
    assert paths.find_folder("cita") == Path("cita")


def test_folders_and_exit_codes_have_the_names_and_numbers_that_the_handbook_gives():
    assert (paths.PRIVATE, paths.NOTEBOOKS) == (paths.ROOT / "data" / "private", paths.ROOT / "notebooks")
    assert paths.COPIES == "burtnicas"
    assert (paths.FINE, paths.ISSUES, paths.STOPPED) == (0, 1, 2)


def test_its_day_is_what_the_settings_say_else_today():
    assert paths.find_day(programme()) == date(2024, 9, 15)
    assert paths.find_day(programme(as_of=None)) == date.today()


def test_outputs_and_what_libraries_write_stay_in_the_project():
    assert paths.find_reports(Path("x") / "mana") == paths.ROOT / "reports" / "mana"
    homes = paths.list_homes()
    assert set(homes) == {"JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR",
                          "npm_config_cache"}  # fmt: skip
    assert homes["JUPYTER_DATA_DIR"] == str(paths.ROOT / ".cache" / "jupyter" / "data")
    assert homes["npm_config_cache"] == str(paths.ROOT / ".cache" / "npm")
    assert len({*homes.values()}) == len(homes)
    assert all(Path(home).is_relative_to(paths.CACHE) for home in homes.values())
