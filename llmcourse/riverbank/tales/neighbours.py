"""Plots about things that are lent, lost, found, swapped and given."""

NEIGHBOURS = """
    {A.He} had lent {A.his} <size> {C:colour} {O:thing} to {B:resident-A} the {B.job}, and now
    {A.he} needed it. But {B} (looked at the floor|turned red|did not answer). "I lost your {O}
    {P.at:place}," <said> {B} at last. They <went> there together, and {X.a:animal} was
    (guarding|sitting beside|playing with) the {O}! <kept> <close_together>

    {P.At:place} {A.he} found a <size> {C:colour} {O:thing} in the (grass|dust|leaves). {A}
    (hung|put|left) the {O} on the (fence|wall|steps), where everyone could see it. <aside> In the
    morning the {O} was gone, and in its place lay {S:snack} and a note that said (thank you|you
    are kind|many thanks). <kept> <close>

    {A.He} carried a <size> {C:colour} {O:thing} that {A.he} did not need any more. {B:resident-A}
    the {B.job} had a <size> {D:colour} {G:thing-O} that nobody wanted. "(Shall we|Let us|Why not)
    swap?" asked {B}. So {A} got the {G}, and {B} got the {O}. <aside> <kept> <close_together>

    {A.He} had no present yet for the birthday of {B:resident-A} the {B.job}. In the shop
    {P.at:place} there were {K:count} (hats|bells|cups) and one <size> {C:colour} {O:thing}. {A}
    (bought|chose|took) the {O}, and {B} (gasped|laughed|sang). "(How did you know|Just what I
    wanted|I love it)!" <kept> <close_together>

    A letter had come to the wrong house. It was for {B:resident-A} the {B.job}, so {A} carried it
    to {P:place}, where {B} (worked|was resting|liked to sit). {B} read the letter <gently> and
    began to (smile|cry|dance). "My (sister|brother|cousin) is coming home in {K:count} days!"
    <close_together>

    The roof of {B:resident-A} the {B.job} had a hole. {A} held the ladder, and {B} climbed up with
    (nails|boards|a hammer) and a <size> {C:colour} {O:thing}. "<oh>!" <said> {B}, and the {O}
    (fell|landed|dropped) on the head of {A}. They laughed so much that they needed {K:count}
    hours to (close|mend) the hole. <kept> <close_together>

    {A.He} had cooked for (the fair|the feast|the whole street): {S:snack}, far too much to carry.
    <meets> {B} took one side and {A} the other. But {P.at:place} they (slipped|stumbled|fell),
    and all of it landed in front of {X.a:animal}. "At least somebody is (happy|full)," <said>
    {A}. <close_together>

    At the (fair|market) {A.he} saw a <size> {C:colour} {O:thing} and wanted it very much, but
    {A.he} had only one coin. <meets> <asks> {A} pointed at the {O}. "Help me (carry wood|pick
    apples|paint my fence), and I will buy it for you," <said> {B}. They worked for {K:count}
    hours. <kept> <close_together>
"""
