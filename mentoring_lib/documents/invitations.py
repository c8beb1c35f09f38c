"""Calendar invitations: one file per application that ever had an hour, the same bytes for the same events.

An invitation keeps its identity (UID) for good: a new hour is an update with a higher number (SEQUENCE), an hour that
is off is a cancellation. Its date stamp is the day of the event, not the day of the run.
"""

from datetime import date, timedelta
from textwrap import shorten

import pandas as pd
from icalendar import Calendar, Event, vCalAddress, vText

from mentoring_lib.base.columns import label_of
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Application
from mentoring_lib.base.stamp import EXAMPLE_NOTICE
from mentoring_lib.delivery.rows import Appointment
from mentoring_lib.documents.wording import TEXTS, fill, pair_rows
from mentoring_lib.render.layout import clean_text

FOLDER = "ielugumi"
PRODUCT = "-//Mentoring workbook//LV"


def make_invitations(appointments: pd.DataFrame, applications: pd.DataFrame, programme: Programme) -> dict[str, bytes]:
    """Make an invitation, or its cancellation, for each application that ever had an hour.

    Parameters
    ----------
    appointments : DataFrame
        See :func:`events.list_appointments`.
    applications : DataFrame
        ``application_id, community, email, question``.
    programme : Programme

    Returns
    -------
    dict of str to bytes
        ICS by file name (the application's code).
    """
    hours = appointments.dropna(subset=["starts_at"])
    pairs = pair_rows(hours, Appointment, applications)
    return {f"{hour.application_id}.ics": _make_invitation(hour, about, programme) for hour, about in pairs}


def _make_invitation(row: Appointment, about: Application, programme: Programme) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if row.active else "CANCEL")
    calendar.add_component(_make_event(row, about, programme))
    year = row.starts_at.year
    calendar.add_missing_timezones(date(year, 1, 1), date(year + 1, 1, 1))
    return bytes(calendar.to_ical())


def _make_event(row: Appointment, about: Application, programme: Programme) -> Event:
    event, start, stamp = Event(), row.starts_at.to_pydatetime(), row.on.to_pydatetime()  # a day: midnight, UTC
    mode = label_of("mode", row.mode) if row.mode in ("in_person", "online") else TEXTS["invitation"]["mode_open"]
    event.add("uid", f"{programme.call.code}-{row.application_id}@mentorings")
    event.add("sequence", row.sequence)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=programme.delivery.consultation_minutes))
    event.add("summary", clean_text(f"Mentora konsultācija: {about.community or row.application_id}"))
    event.add("description", clean_text(_describe(row, about, mode, programme)))
    event.add("location", clean_text(row.venue or mode))
    event.add("status", "CONFIRMED" if row.active else "CANCELLED")
    _add_people(event, row, about, programme)
    return event


def _describe(row: Appointment, about: Application, mode: str, programme: Programme) -> str:
    own = programme.letters
    words = dict(programme) | vars(row) | {
        "notice": EXAMPLE_NOTICE if programme.example else "",
        "mode": mode,
        "question": shorten(about.question or "", SHORT, placeholder=" …"),
        "change_by": row.starts_at - timedelta(days=1),
        "contacts": [*filter(None, (own.phone, own.email))],
    }  # fmt: skip
    return "\n".join(filter(None, (fill([line], words) for line in TEXTS["invitation"]["lines"])))


SHORT = 200  # characters of a question that an invitation tells


def _add_people(event: Event, row: Appointment, about: Application, programme: Programme) -> None:
    """Who invites whom; without the addresses it is still an event anyone can put into a calendar."""
    if "@" in programme.appeal.contact:
        organizer = vCalAddress(f"mailto:{programme.appeal.contact}")
        organizer.params["cn"] = vText(programme.project.title)
        event["organizer"] = organizer
    mentors: dict[str | None, str | None] = {mentor.name: mentor.email for mentor in programme.mentors}
    for address, name in ((about.email, about.community), (mentors.get(row.mentor), row.mentor)):
        if address:
            guest = vCalAddress(clean_text(f"mailto:{address}"))
            guest.params["cn"], guest.params["rsvp"] = vText(clean_text(name or "–")), vText("TRUE")
            event.add("attendee", guest)
