"""Single sentences of the town, without a full stop: few enough to list, rich enough to probe.

`The bank by the river had no money` is one. `The bank by the river had no ducks` and `The mill near
the bridge had some bread` are others: the same words in other company.
"""

SENTENCE_RULES = {
    "sentence": """
        3: The (4:bank|mill|school|bakery|shop|market|church) (3:by the river|near the bridge|on
        the hill|behind the station) had (2:no|some)
        (3:money|bread|mud|ducks|flour|coins|reeds|books)

        {A:resident} the {A.job} (saw|found|wanted|painted|lost) a {C:colour} {O:thing}
    """,
}
