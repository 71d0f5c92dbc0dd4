"""Stories that begin at work or at home: what residents do, what they like, where they live."""

WORK = """
    In the bakery it was hot on that {W:weather} {T:time}. {A:baker} the baker had made {S:snack}
    for {B:resident-A} the {B.job}, but then (forgot it|fell asleep|went out). Black smoke came out
    of the oven! {B} ran in with a <size> {C:colour} (bucket|pot|jug) of water. "(It is still
    warm|We can start again|The birds will eat it)," <said> {B}, and {A} <smiled>.
    <close_together>

    At school {A:teacher} the teacher looked out at the {W:weather} {T:time}. "Who can draw
    {X.a:animal}?" asked {A}. {K.Name:count} children (raised|lifted) their hands. They drew with
    {C:colour} (chalk|paint|ink), but one animal had (six legs|wings|a {O:thing}). "That is (the
    best|my favourite)," <said> {A}. <close>

    Up at the mill the wheel stood still on that {W:weather} {T:time}. {A:miller} the miller
    climbed down and found {X.a:animal} between the (boards|wheels|stones). <aside> "You can't
    (live|sit|sleep) here," <said> {A}. So {A} built a <size> {C:colour} house {P.at:place} and
    filled it with {S:snack}. <close>

    Needle and scissors were busy on that {W:weather} {T:time}. {A:tailor} the tailor had to sew a
    <size> {C:colour} coat for {B:resident-A} the {B.job}, and worked on it for {K:count} days. But
    {A.his} {A.pet} {A.pet_name} had (slept|played|walked) on the cloth, and the coat was full of
    (hair|holes|mud). "Now it is (warm|special|mine)," <said> {B}. <close_together>

    Behind the church {A:gardener} the gardener planted {F:flower} on a {W:weather} {T:time}.
    Every night something ate them. {A} (built a fence|sat up late|set a trap) and saw
    {X.a:animal} in the moonlight. {B:resident-A} the {B.job} had an idea: they planted {K:count}
    (rows|beds) more. Now there are flowers {P.at:place} too. <close_together>

    Out on the farm {A:farmer} the farmer counted the sheep on a {W:weather} {T:time}. One was
    gone! {A} asked {B:resident-A} the {B.job}, who had seen it {P.at:place} with a <size>
    {C:colour} {O:thing}. They found the sheep, but it would not (let go of|give back|come
    without) the {O}. <kept> <close_together>

    With a <size> brush and a pot of paint, {A:painter} the painter went to work on a {W:weather}
    {T:time}. {B:resident-A} the {B.job} wanted a {D:colour} door, but {A} (heard it wrong|was half
    asleep|did not listen). When {B} came home with {S:snack}, the door was (full of
    spots|as black as night|half blue, half yellow)! "I (like|love) it," <said> {B}.
    <close_together>

    Behind the counter of the bank {A:clerk} the clerk counted coins on a {W:weather} {T:time}.
    There were {K:count} coins too many in the vault! {A} (counted|checked the books) again.
    <soon> {B:resident-A} the {B.job} came in, (pale|out of breath|close to tears). "I lost them
    {P.at:place}," <said> {B}, and {A} gave them back. <thanks> <close_together>

    Nets full of weeds hung over the muddy bank on that {W:weather} {T:time}. {A:fisher} the
    fisher had caught nothing but a <size> {C:colour} {O:thing}. {B:resident-A} the {B.job} came
    down through the reeds and (looked at|pointed at|picked up) the {O}. "I will give you
    {S:snack} for that," <said> {B}. <kept> <close_together>

    Of all the food in town, {A:eater} liked {A.food} best. On a {W:weather} {T:time} {A.he} made
    so much of it that the <size> {C:colour} (pot|table|oven) was too small. {A} gave some to
    {A.his} {A.pet} {A.pet_name} and to {B:resident-A} the {B.job}. "(Not bad|Delicious|More,
    please), but I like {S:snack} better," <said> {B}. <close_together>

    Someone knocked at the house of {A:resident} on {A.street} one {W:weather} {T:time}. It was
    {B:resident-A} the {B.job} with a <size> {C:colour} {O:thing}. "Is this {A.street}?" asked {B}.
    "(It is|Yes, come in|Of course)," <said> {A}, "but what is the {O} for?" {B} had (found it|won
    it|been told to leave it) {P.at:place}. <kept> <close_together>

    There was music in front of the house of {A:resident} on {A.street} one {W:weather} {T:time}.
    {B:resident-A} the {B.job} was playing a <size> {C:colour} (drum|flute|violin), and {K:count}
    neighbours (danced|sang|clapped). {A} brought out {S:snack}. They only stopped when
    {X.a:animal} (joined in|complained|fell asleep on the steps). <close_together>
"""
