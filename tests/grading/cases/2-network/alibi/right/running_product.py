from itertools import accumulate, repeat
from operator import mul


def slopes(n_head):
    if not math.log2(n_head).is_integer():
        raise ValueError(f"{n_head} heads")
    ratio = 2.0 ** -(8 / n_head)
    return torch.tensor(list(accumulate(repeat(ratio, n_head), mul)), dtype=torch.float32)


def alibi(n_head, q_positions, k_positions):
    ahead = k_positions[None] - q_positions[:, None]
    hidden = torch.zeros(ahead.shape).masked_fill(ahead > 0, float("-inf"))
    return torch.stack([m * ahead.clamp(max=0) + hidden for m in slopes(n_head)])
