"""What a layer's cache keeps and gives back."""

import pytest
import torch

from llmcourse.network.kv_cache import KVCache, LayerCache


def test_a_cache_gives_back_all_that_it_was_given_in_order():
    k, v = torch.randn(2, 2, 3, 7, 4)
    cache = LayerCache(capacity=8)
    for start, end in ((0, 4), (4, 5), (5, 7)):
        keys, values = cache.append(k[:, :, start:end], v[:, :, start:end])
        assert torch.equal(keys, k[:, :, :end])
        assert torch.equal(values, v[:, :, :end])
    assert cache.length == 7


def test_a_cache_takes_its_memory_once():
    cache = LayerCache(capacity=4)
    first, _ = cache.append(*torch.randn(2, 1, 1, 2, 4))
    second, _ = cache.append(*torch.randn(2, 1, 1, 2, 4))
    assert first.data_ptr() == second.data_ptr()


def test_a_cache_does_not_outgrow_its_capacity():
    cache = LayerCache(capacity=2)
    with pytest.raises(ValueError, match="2 positions cannot hold 3"):
        cache.append(*torch.randn(2, 1, 1, 3, 4))
    assert cache.length == 0


def test_a_fresh_cache_is_empty():
    cache = KVCache(n_layer=3, capacity=5)
    assert (len(cache.layers), cache.length) == (3, 0)
