"""What people would pick instead, each given the same work; runs in an environment of its own, without the workbook."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from child import serve

SERVED = 10_000  # points for having a mentor at all: more than any load takes

# ruff: noqa: PLC0415  each job has only its own library


def read_xlsx(path):
    """Pandas with openpyxl, nothing else."""
    import pandas as pd

    return lambda: len(pd.read_excel(path, engine="openpyxl", dtype="str", keep_default_na=False))


def mentor_match(path):
    """mentor-match 7: a mentor copied for each place, one rule with our points (it scores pairs, higher is better)."""
    from matching.mentee import Mentee
    from matching.mentor import Mentor
    from matching.process import process_data
    from matching.rules.rule import Rule

    told = json.loads(Path(path).read_text("utf-8"))
    barred = {tuple(pair) for pair in told["conflicts"]}

    class Points(Rule):
        """Points of a pair less the mentor's load."""

        def apply(self, pair):
            community, (mentor, place) = pair.mentee.role, pair.mentor.role
            known = len(set(told["wanted"][community]) & set(told["known"][mentor]))
            pair.disallowed = not known or (community, mentor) in barred
            return SERVED + told["theme_points"] * known - told["load_points"] * place

    def work():
        mentees = [Mentee(grade=1, email=f"c{number}", role=number) for number in range(len(told["wanted"]))]
        copies = [(mentor, place) for place in range(told["room"]) for mentor in range(len(told["known"]))]
        mentors = [Mentor(grade=1, email=f"m{copy}", role=copy) for copy in copies]
        process_data(mentors, mentees, [[Points()]])
        return [one.mentors[0].role[0] if one.mentors else -1 for one in mentees]

    return work


def hospital_resident(path):
    """The library matching 1.4: stable, each side ranks the other by points; it knows no load."""
    from matching.games import HospitalResident

    sys.setrecursionlimit(10**6)  # it copies its players deeply and fails otherwise
    told = json.loads(Path(path).read_text("utf-8"))
    barred = {tuple(pair) for pair in told["conflicts"]}
    wanted, known = [set(own) for own in told["wanted"]], [set(own) for own in told["known"]]

    def work():
        points = {
            (one, other): len(wanted[one] & known[other])
            for one in range(len(wanted)) for other in range(len(known)) if (one, other) not in barred
        }  # fmt: skip
        pairs = sorted((pair for pair in points if points[pair]), key=lambda pair: (-points[pair], pair))
        mine, theirs = {}, {}
        for one, other in pairs:
            mine.setdefault(f"c{one}", []).append(f"m{other}")
            theirs.setdefault(f"m{other}", []).append(f"c{one}")
        game = HospitalResident.create_from_dictionaries(mine, theirs, dict.fromkeys(theirs, told["room"]))
        chosen = [-1] * len(wanted)
        for mentor, communities in game.solve(optimal="resident").items():
            for community in communities:
                chosen[int(community.name[1:])] = int(mentor.name[1:])
        return chosen

    return work


def sortition(argument):
    """sortition-algorithms: 14 drawn by lot with the same least places by municipality (it knows no priorities)."""
    from sortition_algorithms import Settings, read_in_features, read_in_people, run_stratification

    towns, algorithm = argument
    names = sorted(set(towns))
    rows = [{"feature": "town", "value": name, "min": "3", "max": "14"} for name in names]
    people = [{"id": f"K-{number:06X}", "town": town} for number, town in enumerate(towns)]

    def work():
        settings = Settings("id", ["town"], selection_algorithm=algorithm, random_number_seed=1)
        features, *_ = read_in_features(["feature", "value", "min", "max"], rows, 14)
        told, _ = read_in_people(["id", "town"], people, features, settings)
        done, chosen, report = run_stratification(features, told, 14, settings)
        if not done:
            raise RuntimeError(report.as_text()[-200:])
        return len(chosen[0])

    return work


if __name__ == "__main__":
    serve({
        "read_xlsx": read_xlsx,
        "mentor_match": mentor_match,
        "hospital_resident": hospital_resident,
        "sortition": sortition,
    })  # fmt: skip
