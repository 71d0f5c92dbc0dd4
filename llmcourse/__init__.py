"""How large language models work, from raw text to streamed reply, one step a subpackage.

    inputs      raw text  -> token ids
    network     token ids -> logits
    decoding    logits    -> text
    training    text      -> weights

Nothing is imported here: `import llmcourse` costs nothing, and a step costs what it needs.
"""

__version__ = "0.1.0"
