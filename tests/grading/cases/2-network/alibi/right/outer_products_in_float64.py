def slopes(n_head):
    if n_head <= 0 or bin(n_head).count("1") != 1:
        raise ValueError("no power of two")
    return torch.exp2(-8 * torch.arange(1, n_head + 1).double() / n_head).float()


def alibi(n_head, q_positions, k_positions):
    behind = k_positions.unsqueeze(0) - q_positions.unsqueeze(1)
    bias = torch.einsum("h,ts->hts", slopes(n_head).double(), behind.double())
    return torch.where(behind > 0, -torch.inf, bias).float()
