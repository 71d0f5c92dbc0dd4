"""The one error for what a person can mend: a file, a flag, a name, a missing network."""


class UserError(ValueError):
    """Says what is wrong and what to do about it, in words for the person who gave the input.

    Raised where the outside world enters (command line, files, network, public arguments) and shown
    by the command line as one line with exit status 2. What is wrong inside the library is an
    ordinary exception with its traceback.

    >>> raise UserError("corpus.txt is empty.", todo="Give a text file of at least 64 characters.")
    Traceback (most recent call last):
    llmcourse.errors.UserError: corpus.txt is empty. Give a text file of at least 64 characters.
    """

    def __init__(self, wrong: str, *, todo: str):
        self.wrong, self.todo = wrong, todo
        super().__init__(f"{wrong} {todo}")
