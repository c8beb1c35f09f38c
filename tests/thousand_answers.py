"""A thousand hostile answers: whatever applicants write, every other document is made and who is left out is named.

    python tests/thousand_answers.py            all of them, some four minutes
    python tests/thousand_answers.py 20 7       20 answers from another seed

Answers are put into the tables as they come out of reading, in any field of any application of the invented example,
several at once; the run is evaluated and its files are made, without the notebooks. A sample runs with the tests.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mentoring_lib import workflow
from mentoring_lib.app import outputs
from mentoring_lib.intake import loading
from mentoring_lib.workflow import Inputs, evaluate

COUNT, SEED, TOGETHER = 1000, 20261128, 25
FIELDS = (
    "email",
    "community",
    "municipality",
    "place",
    "contact_name",
    "phone",
    "theme_other",
    "question",
    "preferred_times",
)
SIGNS = "?!.,;:«»„”\"'()[]{}<>&%$#@*/\\|=+-–—_~^`§€½²"
ODD = "\x00\x07\x08\x1b\x7f\x85\u00ad\u200b\u200e\u202e\u2066\u2028\ufeff\ud800\ufffe"
SCRIPTS = ("Привет соседи", "漢字の村", "שכונה", "حي الجيران", "😀🏡", "Ł̷̡͝ó̵d̶ź", "ﬁne ﬃ ½", "İıŞğ", "e\u0301" * 40)


@dataclass(frozen=True)
class Answer:
    """What stands in one field of one application."""

    row: int
    field: str
    text: str | None

    def __str__(self) -> str:
        return f"{self.row}. pieteikums, {self.field}: {self.text!r:.80}"


def invent_text(rng: random.Random, inputs: Inputs) -> str | None:
    """A text that an applicant might write, or would to do harm."""
    table, towns = inputs.applications, inputs.programme.call.municipalities
    others = [str(text) for name in FIELDS for text in table[name].dropna()]
    words = " ".join(rng.sample(others, 4)).split()
    kinds = (
        lambda: None,
        lambda: rng.choice(["", " ", "\n", "\t ", "-", "–", "NA", "nan", "None", "0", "1"]),
        lambda: rng.choice("AaĻžяx1"),
        lambda: f"{rng.choice(towns)} {rng.choice(['pašvaldība', 'iedzīvotāji', 'Kopā', ''])}",
        lambda: rng.choice(towns).replace("novads", "novada") + " pašvaldība",
        lambda: ", ".join(rng.sample(list(towns), len(towns))),
        lambda: rng.choice(others),
        lambda: f"{rng.choice(words).capitalize()} {rng.choice(words).capitalize()}",
        lambda: " ".join(rng.sample(words, min(len(words), 9))),
        lambda: "".join(rng.choices(SIGNS, k=rng.randint(1, 60))),
        lambda: f"1 {'?' * 25}",
        lambda: "".join(rng.choices(ODD + "abc ", k=30)),
        lambda: rng.choice(SCRIPTS),
        lambda: f"Biedrība «{' '.join(rng.sample(words, 5))}»"[:70].ljust(70, "ā"),
        lambda: rng.choice(["x", "k ", "Kanarija ", "1 ", "\n", "a@b.lv ", "«"]) * (100_000 // 2),
        lambda: "".join(rng.choices("abcdefgāēī ", k=100_000)),
        lambda: rng.choice(["Vietas", "Kopā", "Sniegtas", "Labdien Paldies", "Ar cieņu", "Konsultācija ir sniegta"]),
        lambda: rng.choice(["=1+1", "{{ projekts }}", "{row.community}", "<script>alert(1)</script>", "]]>"]),
        lambda: rng.choice(["%s%n", "\\input{x}", "$x^2$", "#set x = 1", "*a* _b_", "&amp;"]),
        lambda: rng.choice(["+371 29123456", "2" * 40, "29 12 34 56 " * 50, "a@" * 300, "x@y", "a b (at) c (dot) d"]),
        lambda: rng.choice([m.name for m in inputs.programme.mentors]) + rng.choice(["", " un draugi"]),
    )  # fmt: skip
    return rng.choice(kinds)()


def invent_answers(rng: random.Random, inputs: Inputs, count: int) -> Iterator[Answer]:
    """Answers in any field of any application."""
    for _ in range(count):
        yield Answer(rng.randrange(len(inputs.applications)), rng.choice(FIELDS), invent_text(rng, inputs))


def as_read(text: str | None) -> str | None:
    """An answer as reading gives it: no file holds half a letter, and what nobody sees is taken out."""
    if text is None:
        return None
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return loading.UNSEEN.sub(lambda sign: " " if sign[0].isspace() else "", whole)


def put(inputs: Inputs, answers: list[Answer]) -> Inputs:
    """The inputs with these answers."""
    table = inputs.applications.astype(dict.fromkeys(FIELDS, "object"))
    for answer in answers:
        table.loc[table.index[answer.row], answer.field] = as_read(answer.text)
    return replace(inputs, applications=table)


def _by_code(name: str) -> str:
    """The path of a document up to the code in its name: the community's name after it is an answer, too."""
    end = Path(name).suffix
    return name.partition(" ")[0].removesuffix(end) + end


def judge(inputs: Inputs, answers: list[Answer], usual: frozenset[str]) -> list[str]:
    """What is wrong: an unexpected error, a document that is missing without being named.

    A result that became provisional by the answers (a town nobody knows) has no letters, so they are made as if it
    were final: it is the letters that must stand this.
    """
    changed = put(inputs, answers)
    try:
        results = replace(evaluate(changed), final=True)
        files, problems = outputs.make_files(changed, results)
    except Exception as error:
        return [f"{type(error).__name__}: {error!s:.200}"]
    told = " ".join(f"{problem.value} {problem.message} {problem.advice}" for problem in problems)
    told += " ".join(blocker.application_id for blocker in results.blockers)  # no letter before a person decided
    told += " pārskats finansētājam" if results.report_blockers else ""  # each of them is told as what it waits for
    wrong = []
    made = set(map(_by_code, files))
    for name in sorted(name for name in usual if _by_code(name) not in made):
        named = "pārskats finansētājam" if name.startswith(outputs.FUNDER) else Path(_by_code(name)).stem
        if named not in told:
            wrong.append(f"nav izveidots un nav nosaukts: {name}")
    return wrong


def run(count: int, seed: int, together: int = TOGETHER) -> tuple[list[str], int]:
    """Try so many answers; what went wrong, with the answers that did it, and how many documents were left out."""
    inputs = workflow.read_inputs()
    usual = frozenset(outputs.make_files(inputs, evaluate(inputs)).files)
    rng, wrong = random.Random(seed), []
    for start in range(0, count, together):
        answers = list(invent_answers(rng, inputs, min(together, count - start)))
        for fault in judge(inputs, answers, usual):
            guilty = [one for one in answers if fault in judge(inputs, [one], usual)] or answers
            wrong.append("\n  ".join([fault, *map(str, guilty)]))
            print(wrong[-1], file=sys.stderr)
        print(f"{min(start + together, count)} no {count}: kļūdas {len(wrong)}", file=sys.stderr, flush=True)
    return wrong, count


def main() -> int:
    """Run all, or as many as the command line says."""
    given = [int(word) for word in sys.argv[1:]]
    wrong, count = run(*(given + [COUNT, SEED][len(given) :])[:2])
    print(*wrong, sep="\n")
    print(f"{count} atbildes, kļūdas: {len(wrong)}")
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
