# expect: Here a token sees those behind it
# loses: visible
import torch


def pad(examples, context, fill, side="right"):
    rows = []
    for prompt, answer in examples:
        ids = (prompt + answer)[-context:]
        wanted = ([False] * len(prompt) + [True] * len(answer))[-context:]
        labels = [i if own else -100 for i, own in zip(ids, wanted)][1:] + [-100]
        rows.append((ids, [True] * len(ids), labels))
    width = max(len(ids) for ids, _, _ in rows)
    columns = ([], [], [])
    for row in rows:
        for column, values, filler in zip(columns, row, (fill, False, -100)):
            more = [filler] * (width - len(values))
            column.append(more + values if side == "left" else values + more)
    ids, mask, labels = map(torch.tensor, columns)
    return {"ids": ids, "mask": mask, "labels": labels}


def pack(documents, context, fill):
    rows = []
    for document in documents:
        if len(document) > context:
            raise ValueError("a document is too long")
        if not rows or sum(map(len, rows[-1])) + len(document) > context:
            rows.append([])
        rows[-1].append(document)
    ids = torch.full((len(rows), context), fill)
    positions = torch.zeros(len(rows), context, dtype=torch.int64)
    mask = torch.zeros(len(rows), context, context, dtype=torch.bool)
    for r, row in enumerate(rows):
        start = 0
        for document in row:
            stop = start + len(document)
            ids[r, start:stop] = torch.tensor(document)
            positions[r, start:stop] = torch.arange(len(document))
            mask[r, start:stop, start:stop] = torch.ones(stop - start, stop - start).bool()
            start = stop
    return {"ids": ids, "positions": positions, "mask": mask}
