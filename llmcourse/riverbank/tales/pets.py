"""Plots about the animals that live with the residents."""

PETS = """
    But where was {A.his} {A.pet} {A.pet_name}? (Not in the house|Not by the fire|Not in the
    yard)! {A} looked {P.at:place}, but there was only {X.a:animal} with a <size> {C:colour}
    {O:thing}. <meets> "I heard a {A.pet} {Q.at:place}," <said> {B}. So they <went> there, and
    {A.pet_name} (jumped|came|leapt) into the arms of {A}. <thanks> <kept> <close_together>

    {A.His} {A.pet} {A.pet_name} came along. When they passed the house of {B:resident-A} the
    {B.job}, {A.pet_name} (slipped|crept|ran) in and ate {S:snack} from a <size> {C:colour} plate.
    "(Never mind|I was not hungry|It happens)," <said> {B}, "my {B.pet} {B.pet_name} does that
    (too|every day|twice a week)." <close_together>

    There was a pet race {P.at:place}, and {A} brought {A.his} {A.pet} {A.pet_name}. {B:resident-A}
    the {B.job} brought {B.pet_name} the {B.pet}. In the middle of the race {A.pet_name}
    (stopped|turned back|ran off) to (smell|look at|chase) {X.a:animal}, and {B.pet_name} (won by
    a nose|came in first|took the prize). The prize was {S:snack}. <close_together>

    High up in a tree {P.at:place} sat {A.his} {A.pet} {A.pet_name}. {A}
    (called|sang|begged|whistled) and held up {S:snack}, but {A.pet_name} did not move. <meets>
    {B} <gently> (climbed up|shook the tree|fetched a ladder), and {A.pet_name} (jumped|came|slid)
    down. <thanks> <close_together>

    It was the birthday of {A.his} {A.pet} {A.pet_name}. {A} (tied|put|hung) a <size> {C:colour}
    ribbon around its neck and made {S:snack}. The first guest was {B:resident-A} the {B.job} with
    {B.pet_name} the {B.pet}. "<oh>!" <said> {B}, because {B.pet_name} (ate|stole|hid) the ribbon.
    But {A.pet_name} (licked|kissed|sniffed) {B.pet_name}, and all was well. <close_together>

    {A.His} {A.pet} {A.pet_name} had dug a hole (in the garden|under the fence|near the door). At
    the bottom {A} saw a <size> {C:colour} {O:thing}. "I lost that {O} (years ago|when I was
    small|last winter)," <said> {B:resident-A} the {B.job}, and (kissed|hugged|patted) {A.pet_name}.
    <aside> <kept> <close_together>
"""
