"""The town in other languages: sentences for the crawl, and prose to learn the language from.

The two share no sentence, so whoever learns a language from the prose is tested on the crawl by
text that it has not seen. One file a language; a new one is a file and a line here.
"""

from llmcourse.riverbank.tongues.danish import DANISH
from llmcourse.riverbank.tongues.dutch import DUTCH
from llmcourse.riverbank.tongues.english import ENGLISH
from llmcourse.riverbank.tongues.finnish import FINNISH
from llmcourse.riverbank.tongues.french import FRENCH
from llmcourse.riverbank.tongues.german import GERMAN
from llmcourse.riverbank.tongues.italian import ITALIAN
from llmcourse.riverbank.tongues.polish import POLISH
from llmcourse.riverbank.tongues.portuguese import PORTUGUESE
from llmcourse.riverbank.tongues.russian import RUSSIAN
from llmcourse.riverbank.tongues.spanish import SPANISH
from llmcourse.riverbank.tongues.swedish import SWEDISH
from llmcourse.riverbank.tongues.tongue import Tongue
from llmcourse.riverbank.tongues.turkish import TURKISH

# ISO 639-1 code: the language. English is spoken by the stories.
TONGUES: dict[str, Tongue] = {
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "it": ITALIAN,
    "nl": DUTCH,
    "pt": PORTUGUESE,
    "sv": SWEDISH,
    "da": DANISH,
    "pl": POLISH,
    "fi": FINNISH,
    "tr": TURKISH,
    "ru": RUSSIAN,
}

# ISO 639-1 code: a page of plain text, of which no crawl has a sentence.
PROSE: dict[str, str] = {"en": ENGLISH, **{code: tongue.prose for code, tongue in TONGUES.items()}}
