"""Where the environment lies, on each system, and the folders that are asked about."""

import json

import pytest

from launcher import place
from launcher.place import MAX_ROOT, Machine, choose_place, is_answered, is_yes, keep_answer, name_service
from launcher.start import agree

HOME = {"win32": r"C:\Users\Anna Bērziņa", "darwin": "/Users/anna", "linux": "/home/anna"}


def machine(system="win32", **environ):
    return Machine(system, HOME[system], environ)


def choose(here, root, **kwargs):
    return choose_place(here, root, can_write=kwargs.pop("can_write", lambda _: True), **kwargs)


@pytest.mark.parametrize(
    ("system", "root", "environ", "service"),
    [
        ("win32", r"C:\Users\Anna Bērziņa\OneDrive\Documents\mentorings", {}, "OneDrive"),
        ("win32", r"C:\Users\Anna Bērziņa\OneDrive - Partnerība\mentorings", {}, "OneDrive"),
        ("win32", r"D:\Mākonis\mentorings", {"OneDrive": r"d:\mākonis"}, "OneDrive"),
        ("win32", r"D:\Darbs\mentorings", {"OneDriveCommercial": "D:\\Darbs\\"}, "OneDrive"),
        ("win32", r"C:\Users\Anna Bērziņa\iCloudDrive\mentorings", {}, "iCloud"),
        ("win32", r"C:\Users\Anna Bērziņa\Dropbox\mentorings", {}, "Dropbox"),
        ("win32", r"G:\My Drive\mentorings", {}, "Google Drive"),
        ("darwin", "/Users/anna/Library/Mobile Documents/com~apple~CloudDocs/mentorings", {}, "iCloud"),
        ("darwin", "/Users/anna/library/cloudstorage/OneDrive-Personal/mentorings", {}, "macOS"),
        ("darwin", "/users/ANNA/library/mobile documents/x/mentorings", {}, "iCloud"),
        ("darwin", "/Users/anna/darbs/mentorings", {"OneDrive": "/users/ANNA/darbs"}, "OneDrive"),
        ("linux", "/home/anna/darbs/mentorings", {"OneDrive": "/home/ANNA/darbs"}, None),
        ("linux", "/home/anna/Dropbox/mentorings", {}, "Dropbox"),
        ("win32", r"C:\Users\Anna Bērziņa\mentorings", {"OneDrive": r"C:\Users\Anna Bērziņa\OneDrive"}, None),
        ("win32", r"C:\Users\Anna Bērziņa\OneDrivex\mentorings", {"OneDrive": r"C:\Users\Anna Bērziņa\OneDrive"}, None),
        ("darwin", "/Users/anna/Documents/mentorings", {}, None),
        ("linux", "/home/anna/darbs/mentorings", {}, None),
    ],
)
def test_a_folder_that_is_copied_to_the_internet_is_known(system, root, environ, service):
    here = machine(system, **environ)
    assert name_service(here, root) == service
    chosen = choose(here, root)
    assert ("synchronised" in dict(chosen.warnings)) is bool(service)
    assert (chosen.environment == here.join(root, ".venv")) is not bool(service)


def test_documents_of_a_mac_that_icloud_keeps_are_known(tmp_path):
    here = Machine("darwin", str(tmp_path), {})
    root = str(tmp_path / "Documents" / "mentorings")
    assert name_service(here, root) is None
    (tmp_path / "Library" / "Mobile Documents" / "com~apple~CloudDocs" / "Documents").mkdir(parents=True)
    assert name_service(here, root) == "iCloud"


@pytest.mark.parametrize("text", ['{"personal": {"path": "%s"}}', "[]", "{", '{"personal": 1}', '{"personal": {}}'])
def test_dropbox_says_itself_where_its_folder_is_and_a_broken_file_is_no_fault(tmp_path, text):
    folder = tmp_path / "mans mākonis"
    (tmp_path / ".dropbox").mkdir()
    (tmp_path / ".dropbox" / "info.json").write_text(text.replace("%s", str(folder)), "utf-8")
    service = name_service(Machine("linux", str(tmp_path), {}), str(folder / "mentorings"))
    assert service == ("Dropbox" if "path" in text else None)


def test_the_environment_of_a_copied_folder_stays_on_this_computer():
    here = machine(LOCALAPPDATA=r"C:\Users\Anna Bērziņa\AppData\Local")
    chosen = choose(here, r"C:\Users\Anna Bērziņa\OneDrive\mentorings")
    assert chosen.environment.startswith(r"C:\Users\Anna Bērziņa\AppData\Local\mentorings" + "\\")
    assert chosen.environment.endswith("\\.venv")
    assert chosen.environment == choose(here, r"c:\users\anna bērziņa\onedrive\Mentorings").environment
    assert chosen.environment != choose(here, r"C:\Users\Anna Bērziņa\OneDrive\mentorings 2").environment


@pytest.mark.parametrize(
    ("system", "environ", "start"),
    [
        ("win32", {}, r"C:\Users\Anna Bērziņa\AppData\Local\mentorings"),
        ("darwin", {}, "/Users/anna/Library/Application Support/mentorings"),
        ("linux", {}, "/home/anna/.local/share/mentorings"),
        ("linux", {"XDG_DATA_HOME": "/dati"}, "/dati/mentorings"),
    ],
)
def test_each_system_has_a_folder_that_stays(system, environ, start):
    chosen = choose(machine(system, **environ), HOME[system], can_write=lambda _: False)
    assert chosen.environment.startswith(start)
    assert chosen.warnings == ()


def test_a_path_is_too_long_only_on_windows_and_only_past_the_limit():
    root = "C:\\" + "x" * (MAX_ROOT - 3)
    assert choose(machine(), root).warnings == ()
    assert choose(machine(), root + "x").warnings == (("long_path", "98"),)
    assert choose(machine(), root + "x").environment.startswith(HOME["win32"])
    assert choose(machine("linux"), "/" + "x" * 200).warnings == ()


@pytest.mark.parametrize("root", [r"\\serveris\mape\mentorings", "Z:\\mentorings"])
def test_on_a_network_the_environment_is_local(root):
    chosen = choose(machine(), root, is_remote=root.startswith("Z"))
    assert chosen.environment.startswith(HOME["win32"])
    assert chosen.warnings == ()


def test_a_folder_is_tried_by_writing(tmp_path):
    assert place.can_write(str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert not place.can_write(str(tmp_path / "nav"))


# The warning


@pytest.fixture
def warned(tmp_path):
    here = Machine("linux", str(tmp_path), {"XDG_DATA_HOME": str(tmp_path / "dati")})
    return choose(here, str(tmp_path / "Dropbox" / "mentorings")), here


@pytest.mark.parametrize("answer", ["jā\n", "JĀ", " ja ", "«jā»", "j", "yes"])
def test_a_yes_is_asked_for_once(warned, capsys, answer):
    chosen, here = warned
    assert is_yes(answer)
    assert agree(chosen, here, "/x", lambda: answer)
    said = capsys.readouterr().err
    assert "ko Dropbox kopē uz internetu: /x" in said
    assert str(here.better) in said
    assert agree(chosen, here, "/x", lambda: pytest.fail("asked again"))


@pytest.mark.parametrize("answer", ["", "\n", "nē\n", "n", "varbūt", "jaa"])
def test_anything_else_stops_and_is_asked_again(warned, capsys, answer):
    chosen, here = warned
    assert not agree(chosen, here, "/x", lambda: answer)
    assert "Nekas nav mainīts" in capsys.readouterr().err
    assert not is_answered(chosen)


def test_without_anybody_to_answer_it_stops(warned):
    def closed():
        raise ValueError("I/O operation on closed file")

    chosen, here = warned
    assert not agree(chosen, here, "/x", closed)


def test_a_yes_to_one_warning_is_no_yes_to_another(warned):
    chosen, _ = warned
    keep_answer(chosen)
    assert is_answered(chosen)
    assert not is_answered(place.Place(chosen.environment, chosen.local, (*chosen.warnings, ("long_path", "120"))))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', json.dumps([["long_path", "98"]])])
def test_a_broken_memory_of_answers_is_no_answer(warned, text):
    chosen, _ = warned
    keep_answer(chosen)
    (place.Path(chosen.local) / "atbilde.json").write_text(text, "utf-8")
    assert not is_answered(chosen)


def test_where_nothing_is_wrong_nobody_is_asked(tmp_path):
    here = Machine("linux", str(tmp_path), {})
    assert agree(choose(here, str(tmp_path)), here, str(tmp_path), lambda: pytest.fail("asked"))
