"""Calendar invitations, read back with two calendar libraries."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from builders import END, applications, events, programme

from mentoring_lib.delivery.events import list_appointments
from mentoring_lib.documents.invitations import make_invitations

OFFER, ACCEPT = "K-01 offered 2023-09-01 year=2023", "K-01 accepted 2023-09-05"
BOOK = "K-01 booked 2023-09-06 starts_at=2023-10-03T18:00 mentor=Maija mode=online"
MOVE = "K-01 booked 2023-09-20 starts_at=2023-11-05T18:00 mentor=Maija mode=in_person"
OFF = "K-01 withdrawn 2023-09-25"
RIGA = ZoneInfo("Europe/Riga")


def make(*lines, as_of=END, **changes):
    table = list_appointments(events(OFFER, ACCEPT, *lines), programme(**changes), as_of=as_of)
    return make_invitations(table, applications(community=["Ābeles, pagalms; «A»"]), programme(**changes))


def read(*lines, **more):
    calendar = icalendar.Calendar.from_ical(make(*lines, **more)["K-01.ics"])
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_only_who_ever_had_an_hour_is_invited():
    assert make() == {}
    assert list(make(BOOK)) == ["K-01.ics"]


def test_the_hour_is_in_riga_and_lasts_as_the_programme_says():
    _, event = read(BOOK, delivery={"consultation_minutes": 90})
    assert event.decoded("dtstart") == datetime(2023, 10, 3, 18, tzinfo=RIGA)
    assert event.decoded("dtend") == datetime(2023, 10, 3, 19, 30, tzinfo=RIGA)
    assert event["dtstart"].params["TZID"] == "Europe/Riga"


@pytest.mark.parametrize(("line", "hour"), [(BOOK, 15), (MOVE, 16)])
def test_summer_and_winter_time_are_told_apart_by_both_libraries(line, hour):
    _, event = read(line)
    other = vobject.readOne(make(line)["K-01.ics"].decode("utf-8")).vevent
    assert event.decoded("dtstart").astimezone(UTC).hour == hour
    assert other.dtstart.value.astimezone(UTC).hour == hour


@pytest.mark.parametrize(
    ("lines", "method", "sequence", "status", "day"),
    [
        ([BOOK], "REQUEST", 0, "CONFIRMED", 3),
        ([BOOK, MOVE], "REQUEST", 1, "CONFIRMED", 5),
        ([BOOK, OFF], "CANCEL", 1, "CANCELLED", 3),
        ([BOOK, MOVE, OFF], "CANCEL", 2, "CANCELLED", 5),
        ([BOOK, "K-01 cancelled 2023-09-07"], "CANCEL", 1, "CANCELLED", 3),
        ([BOOK, "K-01 held 2023-10-03 minutes=60"], "REQUEST", 0, "CONFIRMED", 3),
    ],
)
def test_an_update_and_a_cancellation_keep_the_identity_and_count_up(lines, method, sequence, status, day):
    calendar, event = read(*lines)
    assert (str(calendar["method"]), event["sequence"], str(event["status"])) == (method, sequence, status)
    assert event.decoded("dtstart").day == day
    assert str(event["uid"]) == "KKK-2023-K-01@mentorings"


def test_a_second_library_reads_the_same():
    other = vobject.readOne(make(BOOK, MOVE)["K-01.ics"].decode("utf-8"))
    event = other.vevent
    assert (other.method.value, event.uid.value, event.sequence.value) == ("REQUEST", "KKK-2023-K-01@mentorings", "1")
    assert event.summary.value == "Mentora konsultācija: Ābeles, pagalms; «A»"
    assert event.dtstart.value == datetime(2023, 11, 5, 18, tzinfo=RIGA)
    assert event.attendee.value == "mailto:a1@example.org"
    assert event.organizer.value == "mailto:kopienas@example.org"


def test_the_stamp_is_the_day_of_the_event_so_that_the_bytes_stay():
    _, event = read(BOOK, MOVE)
    assert event.decoded("dtstamp") == datetime(2023, 9, 20, tzinfo=UTC)
    assert make(BOOK, MOVE) == make(MOVE, BOOK) == make(BOOK, MOVE)


@pytest.mark.parametrize(("mode", "text"), [("online", "tiešsaistē"), ("any", "veids vēl jāsaskaņo")])
def test_the_place_says_how_or_that_it_is_still_open(mode, text):
    assert str(read(BOOK.replace("mode=online", f"mode={mode}"))[1]["location"]) == text


def test_a_programme_without_an_address_still_makes_an_event():
    _, event = read(BOOK, appeal__contact="tālrunis 20000000")
    assert "organizer" not in event


def test_line_breaks_in_a_name_cannot_add_a_property():
    table = list_appointments(events(OFFER, ACCEPT, BOOK), programme(), as_of=END)
    made = make_invitations(table, applications(community=["A\r\nATTENDEE:mailto:x@example.org"]), programme())
    (event,) = icalendar.Calendar.from_ical(made["K-01.ics"]).walk("VEVENT")
    assert str(event["attendee"]) == "mailto:a1@example.org"


def test_every_invitation_of_the_example_is_read_by_both(inputs, results):
    made = make_invitations(results.appointments, inputs.applications, inputs.programme)
    assert len(made) == 13
    for content in made.values():
        (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
        assert vobject.readOne(content.decode("utf-8")).vevent.uid.value == str(event["uid"])
        assert "PIEMĒRS" in str(event["description"])


def test_control_characters_of_an_answer_reach_no_calendar():
    table = list_appointments(events(OFFER, ACCEPT, BOOK), programme(), as_of=END)
    made = make_invitations(
        table, applications(community=["A\x00b\x1b[2J\u202ec"], email=["a\ud800\x07@example.org"]), programme()
    )["K-01.ics"]
    assert not set(made) & {*range(0, 10), 11, 12, *range(14, 32)}
    (event,) = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert event["summary"] == "Mentora konsultācija: Ab[2Jc"
    vobject.readOne(made.decode("utf-8"))


def test_the_place_or_link_is_where_it_happens():
    assert read(BOOK + " venue='Jaunolaine, Meža iela 2'")[1]["location"] == "Jaunolaine, Meža iela 2"
    assert read(BOOK + " venue=https://example.org/saruna")[1]["location"] == "https://example.org/saruna"
    assert read(BOOK)[1]["location"] == "tiešsaistē"


def test_the_mentor_is_invited_too_where_an_address_is_known():
    mentors = [{"name": "Maija", "community": "J", "municipality": "Olaines novads", "themes": ["funding"]}]
    assert str(read(BOOK, mentors=mentors)[1]["attendee"]) == "mailto:a1@example.org"
    guests = read(BOOK, mentors=[mentors[0] | {"email": "maija@example.org"}])[1]["attendee"]
    assert list(map(str, guests)) == ["mailto:a1@example.org", "mailto:maija@example.org"]
    assert guests[1].params["CN"] == "Maija"


def test_the_description_says_with_whom_about_what_and_until_when_to_ask_for_another_hour():
    told = str(read(BOOK, letters__phone="20000000", letters__email="k@example.org")[1]["description"])
    assert told.replace("\u00a0", " ").splitlines() == [
        "PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti",
        "Mentors Maija, tiešsaistē, 60 min.",
        "Jautājums: Kā to izdarīt?",
        "Ja laiks neder, lūdzu, dodiet ziņu līdz 2023. gada 2. oktobrim: 20000000, k@example.org.",
        "Pieteikums: K-01",
        "Finansiāli atbalsta fonds.",
    ]
    assert "Ja laiks neder" not in str(read(BOOK)[1]["description"])


@pytest.mark.parametrize(("length", "cut"), [(200, False), (201, True)])
def test_a_long_question_is_cut_at_a_word(length, cut):
    question = "Nu, kā " + "x" * (length - 7)
    table = list_appointments(events(OFFER, ACCEPT, BOOK), programme(), as_of=END)
    made = make_invitations(table, applications(question=question), programme())["K-01.ics"]
    (event,) = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert ("Jautājums: Nu, kā …" in str(event["description"])) == cut
    assert (question in str(event["description"])) != cut


MAIJA = {"name": "Maija", "community": "J", "municipality": "Olaines novads", "themes": ["funding"],
         "email": "maija@example.org"}  # fmt: skip
WHOLE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Mentoring workbook//LV
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Riga
COMMENT:This timezone only works from 2023-01-01 to 2024-01-01.
BEGIN:STANDARD
DTSTART:20230101T000000
TZNAME:EET
TZOFFSETFROM:+0200
TZOFFSETTO:+0200
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20230326T040000
TZNAME:EEST
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20231029T040000
TZNAME:EET
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Mentora konsultācija: Ābeles\\, pagalms\\; «A»
DTSTART;TZID=Europe/Riga:20231105T180000
DTEND;TZID=Europe/Riga:20231105T190000
DTSTAMP:20230920T000000Z
UID:KKK-2023-K-01@mentorings
SEQUENCE:1
ATTENDEE;CN="Ābeles, pagalms; «A»";RSVP=TRUE:mailto:a1@example.org
ATTENDEE;CN=Maija;RSVP=TRUE:mailto:maija@example.org
DESCRIPTION:PIEMĒRS – pieteikumi\\, cilvēki un notikumi ir izdomāti\\nMentors Maija\\, klātienē\\, 60 min.\\n\
Jautājums: Kā to izdarīt?\\nPieteikums: K-01\\nFinansiāli atbalsta fonds.
LAST-MODIFIED:20230920T000000Z
LOCATION:klātienē
ORGANIZER;CN="Kaimiņu kopienu kopspēks":mailto:kopienas@example.org
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""


def test_a_whole_invitation_as_calendars_read_it():
    text = make(BOOK, MOVE, mentors=[MAIJA])["K-01.ics"].decode("utf-8").replace("\r\n ", "")
    assert text.replace("\u00a0", " ").split("\r\n") == WHOLE.split("\n")


def test_what_an_application_or_the_hour_lacks_is_left_out():
    lines = (OFFER, ACCEPT, "K-01 booked 2023-09-06 starts_at=2023-10-03T18:00 mode=online mentor=")
    plain = programme(example=False, mentors=[MAIJA])
    bare = applications(community=None, question=None)
    (made,) = make_invitations(list_appointments(events(*lines), plain, as_of=END), bare, plain).values()
    (event,) = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert str(event["summary"]) == "Mentora konsultācija: K-01"
    assert str(event["description"]).splitlines() == ["Pieteikums: K-01", "Finansiāli atbalsta fonds."]
    assert event["attendee"].params["CN"] == "–"
