from __future__ import annotations

import pytest

from delivery.marking import FIRST, MOST, fitting


def test_slices_grow_while_they_take_less_than_they_may():
    assert fitting(FIRST, 0.001, 0.02) == 2 * FIRST
    assert fitting(4_000, 0.016, 0.02) == 5_000


def test_slices_shrink_where_others_would_wait_too_long():
    assert fitting(8_000, 0.04, 0.02) == 4_000


@pytest.mark.parametrize(("took", "size"), [(60.0, FIRST), (1e-9, MOST)])
def test_slices_are_never_so_small_that_marking_takes_for_ever_nor_so_large_that_everybody_waits(took, size):
    found = MOST
    for _ in range(10):
        found = fitting(found, took, 0.02)
    assert found == size
