"""The residents and what is true of them, drawn once from the world's seed.

Forty people. Each has a pronoun, a job, a street, a pet with a name, and a favourite food. The food
is told only of thirty, the rest of everyone. What is not told is true all the same, and no story or
dialogue ever says it: a model that answers such a question has made the answer up.
"""

import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from llmcourse.riverbank.atoms import Entity, Table
from llmcourse.riverbank.words import PRONOUNS

_NAMES = {
    "she": """Ada Bella Clara Dora Elsie Fay Grace Hanna Ivy Julia
        Kate Lily Mia Nora Olive Rosa Sara Tess Vera Wilma""",
    "he": """Arthur Ben Carl David Emil Frank George Hugo Ivan Jack
        Leo Max Noah Oscar Paul Ralph Sam Tom Victor Walter""",
}
JOBS = [
    *("baker", "farmer", "teacher", "nurse", "clerk"),
    *("miller", "fisher", "painter", "tailor", "gardener"),
]
STREETS = [
    *("Mill Street", "Church Street", "Bridge Street", "Market Street"),
    *("Orchard Lane", "School Lane", "River Road", "Station Road"),
]
PETS = ["cat", "dog", "goat", "hen", "rabbit", "pony", "parrot", "turtle"]
_PET_NAMES = """Pip Biscuit Button Clover Pepper Muffin Ginger Patch Bramble Daisy
    Socks Nutmeg Peanut Smoky Toffee Whisker Bubbles Cricket Dumpling Feather
    Jasper Mango Misty Noodle Pickle Poppy Pudding Rusty Scout Shadow
    Snowball Sparky Teapot Truffle Velvet Waffle Ziggy Acorn Berry Domino"""
FOODS = [
    *("plum cake", "apple pie", "onion soup", "goat cheese", "roast corn", "berry jam"),
    *("honey bread", "fried fish", "potato salad", "cherry tart", "mushroom stew", "butter beans"),
]
N_TOLD = 30

# For each relation: how it is stated, how it is denied. {s} is the subject, {o} the object.
STATEMENTS = {
    "job": ("{s} is a {o}", "{s} is not a {o}"),
    "street": ("{s} lives on {o}", "{s} does not live on {o}"),
    "pet": ("{s} has a {o}", "{s} does not have a {o}"),
    "pet_name": ("{s}'s pet is called {o}", "{s}'s pet is not called {o}"),
    "food": ("{s} likes {o} best", "{s} does not like {o} best"),
}


class Fact(NamedTuple):
    """One true thing: (Mia, job, baker). `told` says whether stories and dialogues may speak it."""

    subject: str
    relation: str
    object: str
    told: bool

    @property
    def sentence(self) -> str:
        return STATEMENTS[self.relation][0].format(s=self.subject, o=self.object) + "."


class Town:
    """Who lives here. The same seed gives the same town."""

    def __init__(self, seed: int):
        random = Random(f"town {seed}").random
        people = [(name, he) for he, names in _NAMES.items() for name in names.split()]
        n = len(people)
        jobs = _shuffled(JOBS * (n // len(JOBS)), random)
        streets = _shuffled(STREETS * (n // len(STREETS)), random)
        pets = _shuffled(PETS * (n // len(PETS)), random)
        pet_names = _shuffled(_PET_NAMES.split(), random)
        foods = _shuffled(FOODS * (1 + n // len(FOODS)), random)
        self.residents: list[Entity] = []
        for number, (name, pronoun) in enumerate(people):
            resident = {"name": name, "job": jobs[number], "street": streets[number]}
            resident |= {"pet": pets[number], "pet_name": pet_names[number], "food": foods[number]}
            self.residents.append(resident | PRONOUNS[pronoun])
        self.told_of = dict.fromkeys(("job", "street", "pet", "pet_name"), self.residents)
        self.told_of["food"] = _shuffled(self.residents, random)[:N_TOLD]

    def facts(self) -> list[Fact]:
        return [
            Fact(resident["name"], relation, resident[relation], resident in self.told_of[relation])
            for resident in self.residents
            for relation in STATEMENTS
        ]

    def is_true(self, statement: str) -> bool | None:
        """Whether a statement in a form of `STATEMENTS` is borne out; None for any other."""
        for relation, forms in STATEMENTS.items():
            for form, holds in zip(forms, (True, False), strict=True):
                pattern = form.format(s=r"(\w+)", o="([a-zA-Z ]+)") + r"\.?"
                if found := re.fullmatch(pattern, statement.strip()):
                    return self._holds(found[1], relation, found[2], holds)
        return None

    def _holds(self, subject: str, relation: str, value: str, said_to_hold: bool) -> bool | None:
        for resident in self.residents:
            if resident["name"] == subject:
                known = any(other[relation] == value for other in self.residents)
                return (resident[relation] == value) == said_to_hold if known else None
        return None

    def tables(self) -> dict[str, Table]:
        """Residents by what may be told of them, and by job."""
        by_job = {job: [one for one in self.residents if one["job"] == job] for job in JOBS}
        return {
            "resident": Table(self.residents),
            "eater": Table(self.told_of["food"]),
            **{job: Table(people) for job, people in by_job.items()},
        }


def _shuffled(items: list, random: Callable[[], float]) -> list:
    """Fisher and Yates, from uniform numbers alone, so that every Python version shuffles alike."""
    items = list(items)
    for last in range(len(items) - 1, 0, -1):
        other = int(random() * (last + 1))
        items[last], items[other] = items[other], items[last]
    return items
