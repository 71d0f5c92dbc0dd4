"""The small things of the town: what can be drawn into a story besides its residents.

Each table is uniform. Its entries are told apart by how they begin, whatever follows them, so none
is the beginning of another: "pear" and "pears" can't both be here (`unambiguous` checks it).
"""

from llmcourse.riverbank.atoms import Table

PRONOUNS = {
    "she": {"he": "she", "He": "She", "him": "her", "his": "her", "His": "Her"},
    "he": {"he": "he", "He": "He", "him": "him", "his": "his", "His": "His"},
}


def unnamed(she: float) -> Table:
    """People without a name, of whom the share `she` is a she."""
    return Table([{"name": name, **PRONOUNS[name]} for name in PRONOUNS], (she, 1 - she))


def _table(names: str) -> Table:
    names = names.replace("\n", " ").split(", ")
    return Table([{"name": name.strip(), "Name": name.strip().capitalize()} for name in names])


_PLACES = """by the well, behind the school, under the bridge, on the hill, near the mill,
outside the church, in the market, beside the station, under the big oak, in the orchard,
by the old gate, behind the library, near the bakery, in the park, on the village green,
beside the fountain, near the windmill, at the crossroads"""

_ANIMALS = "duck, swan, frog, heron, badger, beaver, hedgehog, squirrel, fox, rat, mouse, snail"
_MEALS = {"morning": "breakfast", "afternoon": "lunch", "evening": "supper"}


def _place(at: str) -> dict[str, str]:
    return {"name": at.split(" ", 1)[1], "at": at, "At": at[0].upper() + at[1:]}


TABLES = {
    "weather": _table("sunny, windy, rainy, foggy, snowy, frosty, cloudy, stormy"),
    "time": Table([{"name": time, "early": f"after {meal}"} for time, meal in _MEALS.items()]),
    "place": Table([_place(at) for at in _PLACES.replace("\n", " ").split(", ")]),
    "animal": Table(
        [{"name": name, "a": f"a {name}", "A": f"A {name}"} for name in _ANIMALS.split(", ")]
    ),
    "colour": _table("red, blue, green, yellow, white, brown, purple, black, golden, pink, silver"),
    "thing": _table("""kite, drum, lantern, ball, book, clock, whistle, flute, mirror, broom, doll,
        chair, rope, kettle, map, bucket, pillow, feather, violin, candle"""),
    "cloth": _table("scarf, blanket, coat, glove, hat, shawl"),
    "snack": _table("""bread and cheese, hot soup, apple cake, warm milk, pancakes, cherry pie,
        boiled eggs, honey biscuits, nut bread, plum jam, sweet tea, roast corn, fresh pears,
        butter buns, ginger cookies, lemon cake, baked potatoes, rice pudding, cold chicken,
        mushroom pie, salted nuts, carrot cake, dried figs, bean stew"""),
    "flower": _table("roses, tulips, lilies, daisies, violets, poppies"),
    "count": _table("two, three, four, five, six, seven, eight, nine"),
    "mood": _table("happy, proud, calm, cheerful, glad, merry, thankful, pleased"),
}
