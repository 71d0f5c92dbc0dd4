"""What stories share: how they begin, how neighbours meet and help, how they end."""

FRAME = {
    "story": """
        4: <opening> <plot>

        1: <work>
    """,
    "opening": """
        One {W:weather} {T:time}, {A:resident} the {A.job} (went out|left the house|went for a
        walk|set off) {T.early}.

        It was a {W:weather} {T:time}, and {A:resident} the {A.job} was (in a good mood|full of
        plans|humming a song|ready for anything|a little tired|wide awake).

        On a {W:weather} {T:time}, {A:resident} the {A.job} (put on {A.his} boots|closed the
        shutters|opened the door|looked for {A.his} hat) and (went outside|hurried out|stepped
        into the street).

        {A:resident} the {A.job} (loved a {W:weather} {T:time} more than (cake|music|gold)|did not
        mind a {W:weather} {T:time} (at all|one bit|very much)|woke from a nap on a {W:weather}
        {T:time} and (yawned|stretched|rubbed {A.his} eyes)|had waited all week for a {W:weather}
        {T:time}, and here it was).

        "What a {W:weather} {T:time}!" <said> {A:resident} the {A.job}.

        Most people stayed at home on that {W:weather} {T:time}, but not {A:resident} the {A.job}.
    """,
    # How a neighbour enters a story.
    "meets": """
        <soon> {B:resident-A} the {B.job} came (by|along|past|around the corner) with a <size>
        {D:colour} (umbrella|apron|cart).

        On the way {A.he} met {B:resident-A} the {B.job}, who carried {S:snack} in a <size>
        (basket|bag|box|pot).

        {B:resident-A} the {B.job} was (just coming from|on the way to|waiting at|resting at)
        {Q:place} and (saw everything|heard the noise|waved|called hello).

        Who came along (then|at that moment|with a smile|with a song)? It was {B:resident-A} the
        {B.job} with {B.pet_name} the {B.pet}!
    """,
    "asks": """
        "(What is wrong|Can I help you|Why do you look so sad|What happened|Are you all right)?"
        asked {B}.

        {B} (stopped|turned around|put down a heavy bag) and asked (what was wrong|how to
        help|what had happened).
    """,
    "thanks": """
        "Thank you, {B}!" <said> {A}.

        "I will never forget this, {B}," <said> {A}.

        {A} (thanked|hugged) {B} (twice|again and again|with a big smile|with a little dance).

        "That was (kind|clever|good|brave) of you, {B}," <said> {A}.
    """,
    # Time passes.
    "aside": """
        The church bell rang {K:count} times.

        (Branches|Lamps|Signs|Flags|Ropes) (swung|creaked|trembled) in the wind.

        Nobody spoke, and only {X.a:animal} (moved|could be heard) {Q.at:place}.

        A <size> {D:colour} cart rolled past.
    """,
    # What becomes of the thing that a story was about.
    "kept": """
        "What a {O}!" <said> {A}.

        It was the finest {O} (in town|of them all|for miles around).

        All week people (talked about|came to see|asked for) the {O}.

        Nobody had ever (wanted|loved|needed) a {O} so much.
    """,
    # An end for a story of one.
    "close": """
        Then {A} <went> home and ate {S:snack}.

        That night {A} told {A.his} {A.pet} {A.pet_name} (the whole story|everything|all about
        it).

        Soon {A} was (at home|in bed|asleep|back in the kitchen), (tired|wet|warm|hungry) but
        {M:mood}, and dreamed of {S:snack}.

        It was the (best|strangest|longest|finest) day of the (week|month|year|season).

        {A} (never forgot|often thought of|still talks about) that day.

        At home {A.his} {A.pet} {A.pet_name} was waiting (by the door|at the window|by the
        fire|under the table).

        For supper there was {S:snack}, and {A} (ate it all|asked for more|sang while the pot
        boiled).

        From that day on, people called {A} the (luckiest|kindest|bravest|happiest|wisest) {A.job}
        in town.

        {A} (sang|whistled|danced|hummed) all the way home, {M:mood} and hungry.
    """,
    # An end for a story of two.
    "close_together": """
        3: <close>

        Then {A} and {B} sat down (together|side by side) {Q.at:place} and shared {S:snack}.

        They have (been friends|had tea every week|helped each other) ever since.

        "(What a day|All is well|That was fun|Now let us eat)!" said {B}, and {A} <smiled>.

        Before they parted, {B} got {S:snack} (to say thank you|for the way home|for supper), and
        {A} <smiled>.
    """,
    # Small words that many stories need.
    "soon": "(At last|After a while|A little later|Before long|Not much later)",
    "went": "(walked|hurried|ran|strolled|wandered|marched)",
    "gently": "(slowly|carefully|gently|quietly|bravely|patiently)",
    "smiled": "(smiled|laughed|nodded|clapped|winked|grinned|blushed|cheered)",
    "said": "(said|cried|called|whispered|laughed|sighed)",
    "oh": "(Oh dear|Goodness|Well|Dear me|Look at that|How strange|What a surprise|Heavens)",
    "size": "(small|big|heavy|tiny|strange|pretty|dusty|funny|long|new|crooked|shiny)",
}
