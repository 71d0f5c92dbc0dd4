"""Plots by the water, where the bank is a bank of mud, reeds and ducks."""

RIVER = """
    {A.He} took a fishing rod and sat down on the (muddy|grassy|quiet|sandy) bank. For (an hour|a
    long time|half a day) nothing happened, but {X.a:animal} (watched from the reeds|swam
    past|came to look|drank from the river). Then the rod (bent|jumped|shook). It was not a fish
    but a <size> {C:colour} {O:thing}, (full of mud|covered with weeds|dripping with water).
    "<oh>!" <said> {A} and (washed the {O} in the river|hung the {O} on a branch|took the {O}
    home). <kept> <close>

    {A.His} <size> {C:colour} boat lay on the bank (in the mud|among the reeds|under a tree).
    {A.He} pushed it into the water and began to (row|sing). In the middle of the river {A.he}
    felt cold water in {A.his} (boots|shoes|socks). The boat had a hole! {B:resident-A} the {B.job}
    heard {A} (shout|call|cry for help) and threw (a rope|a long pole|one end of a net) from the
    bank. <thanks> <close_together>

    Down at the river, {K:count} ducklings sat on the bank and (cried|peeped|shivered). Their
    mother was (gone|nowhere|not there). {A} looked (in the reeds|under the boats|along the water)
    and found the old duck (caught in a net|stuck in the mud|tangled in a rope). {A} <gently> set
    the duck free, and all the ducklings (jumped into the water|swam in a row|danced along the
    bank). <close>

    {A.He} and {B:resident-A} the {B.job} <went> to the river for a picnic. They spread a <size>
    {C:colour} blanket on the (grassy|soft|green) bank and unpacked {S:snack}. While they (looked
    at the boats|skipped stones|talked about the weather), {X.a:animal} came out of the reeds and
    took it all! "(Thief|Come back|Not again)!" <said> {B}, but it was (already|long) across the
    water. <close_together>

    By the water stood {B:resident-A} the {B.job}, (close to tears|very pale|with wet sleeves). "My
    <size> {C:colour} {O:thing} fell off the bank, and the river took it!" <said> {B}. {A} (took
    off {A.his} shoes|rolled up {A.his} sleeves|found a long stick) and (waded|climbed|reached)
    into the reeds. There, between two (stones|roots|ducks), lay the {O}. <thanks>
    <kept> <close_together>

    The river was rising, and the water already touched the top of the bank. {A} <went> to (ring
    the church bell|wake the miller|call the neighbours). {B:resident-A} the {B.job} came with
    {K:count} (bags of sand|shovels|strong planks). Together they built a wall along the muddy
    bank, and the water (stopped|fell|turned back). <close_together>

    {A.He} wanted to paint the reeds on the far bank of the river. {A.He} had paper, a brush and a
    <size> pot of {C:colour} paint. But the pot (fell|rolled|slid) into the water, and
    {X.a:animal} swam right through it! (Children|Fishers|People) came from all over town to see
    it on the bank, and {A} sold {K:count} pictures. <close>

    A traveller with a <size> {C:colour} purse asked the way to the bank, and {A} pointed to the
    river. <soon> the traveller came back with (mud|wet sand) on {V.his:stranger} boots and
    {X.a:animal} behind {V.him}. The bank by the river had no money. It had only (mud and
    reeds|ducks and frogs|fish and stones). "<oh>, I am sorry!" <said> {A}. <close>
"""
