"""Lookups and neighbours against torch, scikit-free arithmetic, and the course's own table."""

import pytest
import torch
import torch.nn.functional as F

from llmcourse.errors import UserError
from llmcourse.network.embedding import cosines, neighbours, one_hot, purity


def test_one_hot_is_torchs():
    ids = torch.tensor([[0, 4, 2], [2, 2, 1]])
    assert torch.equal(one_hot(ids, 5), F.one_hot(ids, 5).float())


def test_a_lookup_is_the_product_with_one_hot_rows_and_so_is_its_gradient():
    table, ids = torch.randn(7, 3, requires_grad=True), torch.tensor([5, 0, 5])
    found, upstream = [], torch.randn(3, 3)
    for rows in (F.embedding(ids, table), one_hot(ids, 7) @ table):
        (gradient,) = torch.autograd.grad((rows * upstream).sum(), table)
        found.append((rows.detach(), gradient))
    torch.testing.assert_close(found[0], found[1])


@pytest.mark.parametrize("ids", [[-1, 0], [0, 3]])
def test_an_id_that_the_vocabulary_does_not_have_is_an_error(ids):
    with pytest.raises(UserError, match="a vocabulary of 3 has 0 to 2"):
        one_hot(torch.tensor(ids), 3)


def test_no_ids_are_no_rows():
    assert one_hot(torch.tensor([], dtype=torch.int64), 3).shape == (0, 3)


def test_cosines_are_torchs():
    table, row = torch.randn(9, 4), torch.randn(4)
    torch.testing.assert_close(cosines(table, row), F.cosine_similarity(table, row[None]))
    assert cosines(torch.zeros(2, 4), row).tolist() == [0, 0]


def test_neighbours_do_not_depend_on_lengths_and_leave_out_the_token_itself():
    table = torch.tensor([[1.0, 0.0], [50.0, 60.0], [0.1, 0.01], [-1.0, 0.0], [3.0, 2.0]])
    found = neighbours(table, 0, n=9)
    assert [token for token, _ in found] == [2, 4, 1, 3]
    assert found[-1][1] == pytest.approx(-1)
    assert neighbours(table, 0, n=2) == found[:2]


def test_neighbours_leave_the_table_as_it_was():
    table = torch.randn(6, 3)
    before = table.clone()
    neighbours(table, 2)
    assert torch.equal(table, before)


@pytest.mark.parametrize("token", [-1, 4])
def test_neighbours_of_a_token_that_is_not_there(token):
    with pytest.raises(UserError, match=f"There is no token {token}"):
        neighbours(torch.randn(4, 2), token)


def test_purity_by_hand():
    """The third point of group 0 lies nearest to group 1, so three of four are with their own."""
    table = torch.tensor([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0], [0.05, 1.0]])
    assert purity(table, torch.tensor([0, 0, 1, 1, -1])) == 1
    assert purity(table, torch.tensor([0, 0, 1, 0, -1])) == 0.5


def test_purity_needs_two_tokens():
    with pytest.raises(UserError, match="Fewer than two"):
        purity(torch.randn(3, 2), torch.tensor([-1, 0, -1]))
