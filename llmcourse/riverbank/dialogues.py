"""Questions and answers about the town, for teaching a model to follow instructions.

A dialogue is one text with a fixed layout, two lines a turn:

    Question: What does Mia do for a living?
    Answer: Mia is a baker.

An answer follows from its question and from facts that are told, never from one that is held out.
So what the town asks has one right answer, and whether a reply is right needs no judge.
"""

import re
from typing import NamedTuple

from llmcourse.errors import UserError

QUESTION, ANSWER = "Question: ", "\nAnswer: "
_TURN = re.compile(f"^{QUESTION}(.+){ANSWER}(.+)$", re.MULTILINE)

DIALOGUE_RULES = {
    "dialogue": """
        4: Question: <fact>

        3: Question: <task>

        1: Question: <bank>

        2: Question: (Hello|Good morning|Good evening|Hi)! // Answer: Hello! What can I (do for
        you|tell you)? // Question: (2:<fact>|<bank>)

        2: Question: Do you know {A:resident}? // Answer: Yes, {A} is a {A.job}. // Question: (And
        what is {A.his} pet called? // Answer: {A}'s pet is called {A.pet_name}.|What kind of pet
        does {A.he} have? // Answer: {A} has a {A.pet}.)
    """,
    "fact": """
        What does {A:resident} do for a living? // Answer: {A} is a {A.job}.

        What is the job of {A:resident}? // Answer: {A} is a {A.job}.

        What kind of pet does {A:resident} have? // Answer: {A} has a {A.pet}.

        What is the pet of {A:resident} called? // Answer: {A}'s pet is called {A.pet_name}.

        Whose pet is called {A.pet_name:resident}? // Answer: {A}'s pet is called {A.pet_name}.

        Does {A:resident} have a pet called (2:{A.pet_name}? // Answer: Yes, {A}'s pet is called
        {A.pet_name}.|{B.pet_name:resident-A}? // Answer: No, {A}'s pet is called {A.pet_name}.)

        Where does {A:resident} live? // Answer: {A} lives on {A.street}.

        Which food does {A:eater} like best? // Answer: {A} likes {A.food} best.
    """,
    "task": """
        Repeat these words: {O:thing}, {G:thing-O}, {C:colour}. // Answer: {O}, {G}, {C}.

        Say these words backwards: {O:thing}, {G:thing-O}, {C:colour}. // Answer: {C}, {G}, {O}.

        Which word comes (first: {O:thing} or {G:thing-O}? // Answer: {O}.|last: {O:thing} or
        {G:thing-O}? // Answer: {G}.)

        Which of these is a colour: ({O:thing} or {C:colour}|{C:colour} or {O:thing})? // Answer:
        {C}.

        Write a sentence with the words {O:thing} and {P:place}. // Answer: The {O} was {P.at}.
    """,
    "bank": """
        Where can I (keep my money|get some coins|talk to the clerk|see the vault)? // Answer: At
        the bank, where the clerk counts the coins.

        Where can I (look for ducks|dig in the mud|pick reeds|catch a fish)? // Answer: On the bank
        of the river, where the reeds grow.
    """,
}


class Turn(NamedTuple):
    """One instruction and the response to it."""

    instruction: str
    response: str


class Dialogue(NamedTuple):
    """One turn or more, in order."""

    turns: tuple[Turn, ...]

    @classmethod
    def read(cls, text: str) -> "Dialogue":
        """Split a text with the layout above into turns. Raises UserError for any other text.

        >>> Dialogue.read("Question: Hi!\nAnswer: Hello!").turns
        (Turn(instruction='Hi!', response='Hello!'),)
        """
        dialogue = cls(tuple(Turn(*pair) for pair in _TURN.findall(text)))
        if not dialogue.turns or dialogue.text != text:
            raise UserError(
                f"{text[:40]!r} is not a dialogue.",
                todo='Give lines that begin with "Question: " and "Answer: " in turn.',
            )
        return dialogue

    @property
    def text(self) -> str:
        return "\n".join(f"{QUESTION}{ask}{ANSWER}{answer}" for ask, answer in self.turns)
