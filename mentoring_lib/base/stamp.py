"""What every output says about itself: project, day, rule, lot, versions."""

from dataclasses import dataclass
from datetime import date

from mentoring_lib.base.columns import READING_SENTENCES
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import long_date, plural, show_date

TOTAL = "Kopā"
EXAMPLE_NOTICE = "PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti"


@dataclass(frozen=True)
class Stamp:
    """What every output says about itself: whose it is, of which day, from what, by which rule and version."""

    example: bool
    project: str
    funding_sentence: str
    responsibility: str
    as_of: date
    rule: str
    inputs: str
    version: str
    lock: str
    lot: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """Label and value of each line, in Latvian."""
        notice = [("Dati", EXAMPLE_NOTICE)] if self.example else []
        return [
            *notice,
            ("Projekts", self.project),
            ("Finansējums", self.funding_sentence),
            ("Atbildība", self.responsibility),
            ("Datu diena", show_date(self.as_of)),
            ("Atlases kārtība", self.rule),
            *([("Izlozes avots", self.lot)] if self.lot else []),
            ("Ievades datu SHA-256", self.inputs),
            ("Rīka versija", self.version),
            ("Bibliotēku saraksta SHA-256", self.lock),
        ]

    def short(self) -> str:
        """One line for the foot of a chart or page."""
        notice = f"{EXAMPLE_NOTICE}. " if self.example else ""
        return f"{notice}{self.project}. Dati {long_date(self.as_of, 'locative')}."


def describe_rule(programme: Programme) -> str:
    """The selection rule in one Latvian sentence, with its date."""
    decided = show_date(programme.rule.decided_on) if programme.rule.decided_on else "nav datēta"
    minimum = "".join(
        f"; {town}: vismaz {plural(count, 'konsultācija', 'konsultācijas')}"
        for town, count in programme.minimum_places.items()
    )
    return (
        f"{READING_SENTENCES[programme.rule.reading]}; jauna no {programme.new_from}. gada, skaidrs no "
        f"{programme.rule.clear_from} punktiem{minimum}; pieņemta {decided}"
    )
