# One string, in which a private character stands for each mark of the template, after the texts are
# made into bytes: latin-1 takes every byte, and nothing above it is left.
def chat_ids(messages, special, add_generation_prompt=False):
    start, end = "\u0100", "\u0101"
    ids_of = {start: special["<|im_start|>"], end: special["<|im_end|>"]}
    chat, mask = "", ""
    for message in messages:
        role = message["role"]
        if role != "system" and role != "user" and role != "assistant":
            raise ValueError(role)
        said = message["content"].encode().decode("latin-1") + end
        chat += start + role + "\n" + said + "\n"
        mask += "." * (len(role) + 2) + "?+"[role == "assistant"] * len(said) + "."
    if add_generation_prompt:
        chat += start + "assistant\n"
        mask += "." * 11
    return [ids_of.get(c, ord(c)) for c in chat], [c == "+" for c in mask]
