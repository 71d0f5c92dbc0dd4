from collections import Counter

from llmcourse.riverbank import Riverbank
from llmcourse.riverbank.town import FOODS, JOBS, PETS, STATEMENTS, STREETS

TOWN = Riverbank()


def test_everyone_has_one_fact_of_each_kind():
    facts = TOWN.facts()
    subjects = {fact.subject for fact in facts}
    assert 40 <= len(subjects) <= 60
    assert Counter((fact.subject, fact.relation) for fact in facts) == {
        (subject, relation): 1 for subject in subjects for relation in STATEMENTS
    }
    assert len({fact.object for fact in facts if fact.relation == "pet_name"}) == len(subjects)


def test_true_false_and_unknown_statements():
    values = {"job": JOBS, "street": STREETS, "pet": PETS, "food": FOODS}
    values["pet_name"] = [fact.object for fact in TOWN.facts() if fact.relation == "pet_name"]
    for fact in TOWN.facts():
        said, denied = STATEMENTS[fact.relation]
        assert TOWN.is_true(fact.sentence) is True
        assert TOWN.is_true(denied.format(s=fact.subject, o=fact.object)) is False
        for value in values[fact.relation]:
            expected = value == fact.object
            assert TOWN.is_true(said.format(s=fact.subject, o=value)) is expected
            assert TOWN.is_true(denied.format(s=fact.subject, o=value)) is not expected


def test_what_the_town_does_not_know():
    name, job = TOWN.facts()[0].subject, JOBS[0]
    for statement in (
        f"Zelda is a {job}.",
        f"{name} is a king.",
        f"{name} was a {job}.",
        f"{name} is a {job} and {name} is a {job}",
        f"Why, {name} is a {job}.",
        "",
    ):
        assert TOWN.is_true(statement) is None


def test_held_out_facts_are_never_spoken():
    texts = "\n".join(TOWN.stories(4_000, seed=3) + TOWN.dialogues(8_000, seed=3))
    spoken = {
        "street": ("house of {s} on {o}", "{s} lives on {o}"),
        "food": ("{s} liked {o} best", "{s} likes {o} best"),
        "job": ("{s} the {o}", "{s} is a {o}"),
        "pet": ("{s} has a {o}", "{s} told her {o}", "{s} told his {o}"),
        "pet_name": ("{s}'s pet is called {o}",),
    }
    held_out = [fact for fact in TOWN.facts() if not fact.told]
    assert len(held_out) == 10
    for fact in TOWN.facts():
        said = any(
            form.format(s=fact.subject, o=fact.object) in texts for form in spoken[fact.relation]
        )
        assert said is fact.told, fact
    # Nor is a false one told in its place.
    for fact in held_out:
        starts = [form.split("{o}")[0].format(s=fact.subject) for form in spoken[fact.relation]]
        assert not any(start + food in texts for start in starts for food in FOODS)


def test_another_seed_is_another_town():
    assert TOWN.facts() == Riverbank(seed=0).facts()
    assert TOWN.facts() != Riverbank(seed=1).facts()
