"""Plots around the money bank, with its clerk, its vault and its coins."""

MONEY = """
    {A.He} needed {K:count} coins to pay {B:resident-A} the {B.job} for a <size> {C:colour}
    {O:thing}. The bank by the river had no money. Everyone had come (before the fair|after the
    harvest|for the holidays), the clerk said, and the vault was (empty|bare). So {A} offered {B}
    {S:snack} instead of coins. {B} (laughed|thought about it|smelled it) and handed over the {O}.
    <kept> <close_together>

    {A.He} <went> to the bank to fetch some coins. But {B:resident-A} the {B.job} stopped {A.him} to
    (talk about the weather|ask the way) and to show {A.him} a <size> {C:colour} {O:thing}. When
    {A} got there, the clerk was (locking the door|turning the key|closing the shutters). "(Too
    late|Come back tomorrow|We are closed)!" {B} (felt sorry|blushed) and shared {S:snack} with
    {A}. <kept> <close_together>

    On the steps {Q.at:place} lay a <size> {C:colour} purse full of coins. {A.He} (could have
    kept|did not keep) it. At the bank the clerk (opened a big book|counted the coins|put on
    glasses) and said, "It belongs to {B:resident-A} the {B.job}." <soon> {A} found {B}
    {P.at:place}, and {B} gave {A} (one coin|a hug|{S:snack}) as a reward. <close_together>

    {A.He} went to the bank to ask for a loan. "What for?" asked the clerk (behind the
    counter|with a frown|over a pile of coins). "For a <size> {C:colour} {O:thing}," <said> {A},
    and the clerk counted out {K:count} (silver|bright|gold) coins. {A} bought the {O},
    (played|worked|went from house to house) with it for a month, and paid it all back. <kept>
    <close>

    A strange (noise|scratching|knocking) came from the vault of the bank. The clerk (hid under
    the counter|shook with fear|dropped {K:count} coins). "It is a (robber|ghost|monster)!" Only
    {A} was brave enough to (open|push) the heavy door. Out <went> {X.a:animal} with (a coin in
    its mouth|dust on its nose|paper all over its feet), and the clerk <smiled>. <close>

    The clerk of the bank had lost the key to the vault, and nobody could get (a coin|any
    money|any savings). {A} (thought|sat down and thought|drew a map). "Where did you eat lunch?"
    {A.he} asked. "{P.At:place}," <said> the clerk. And there (hung|lay|shone) the key, next to a
    <size> {C:colour} {O:thing}. <close>

    For a whole year {A} had put one coin a week into the bank. Now the clerk poured them (out of
    a bag|on the counter|into {A.his} hat), and {A} <went> to the market. {A.He} bought a <size>
    {C:colour} {O:thing} for {B:resident-A} the {B.job}, who had been (ill|sad|lonely). {B} (held
    the {O} tight|looked at the {O}|cried for joy) and could not speak. <kept> <close_together>

    There was a long line at the bank, and only one clerk to count the coins. In front of {A}
    stood {B:resident-A} the {B.job}, who (carried|held|hid) a <size> {C:colour} {O:thing}. "I
    want to (pay with this|keep this in the vault|get money for this)," <said> {B}. The clerk
    (frowned|laughed|coughed). Then {A} gave {B} {K:count} coins for the {O}. <kept>
    <close_together>
"""
