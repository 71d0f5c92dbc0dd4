import torch
from torch.nn.utils.rnn import pad_sequence


def pad(examples, context, fill, side="right"):
    joined = [torch.tensor(prompt + answer)[-context:] for prompt, answer in examples]
    width = max(map(len, joined))
    answers = torch.tensor([len(answer) for _, answer in examples])[:, None]
    lengths = torch.tensor([len(row) for row in joined])[:, None]
    start = width - lengths if side == "left" else torch.zeros_like(lengths)
    ids = pad_sequence(joined, batch_first=True, padding_value=fill, padding_side=side)
    place = torch.arange(width)[None]
    mask = (place >= start) & (place < start + lengths)
    learned = mask & (place >= start + lengths - answers)
    labels = torch.full_like(ids, -100)
    labels[:, :-1] = torch.where(learned[:, 1:], ids[:, 1:], -100)
    return {"ids": ids, "mask": mask, "labels": labels}


def pack(documents, context, fill):
    if max(map(len, documents)) > context:
        raise ValueError("too long")
    rows, room = [], 0
    for number, document in enumerate(documents):
        if len(document) > room:
            rows.append([])
            room = context
        room -= len(document)
        rows[-1] += [(i, t, number) for t, i in enumerate(document)]
    table = torch.tensor([row + [(fill, 0, -1)] * (context - len(row)) for row in rows])
    ids, positions, numbers = table.unbind(-1)
    mask = torch.zeros(len(rows), context, context, dtype=torch.bool)
    for i in range(context):
        for j in range(i + 1):
            mask[:, i, j] = (numbers[:, i] == numbers[:, j]) & (numbers[:, i] >= 0)
    return {"ids": ids, "positions": positions, "mask": mask}
