"""A small class on its way from Canvas' zip to Canvas' file, by the benchmark's own function."""

from pathlib import Path

import pytest

from tests.bubblewrap import needs_bubblewrap

BENCHMARKS = Path(__file__).parent.parent.parent / "benchmarks"


@needs_bubblewrap
def test_a_class_from_zip_to_csv_by_three_commands(tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        import handing_in

    way = handing_in.whole_way(tmp_path, count=12, every=2, jobs=2)
    assert all(way.accounted_for.values()), way
    assert (way.handed_in, way.rows) == (12, 12)
    odd = {str(one.id): one.odd for one in handing_in.hands_in([b'{"metadata": {}}'] * 12, 12, 2)}
    assert set(odd.values()) == {"", *handing_in.ODD}
    # In turns: the solution, the empty release, right, wrong, right, wrong. No odd file but the
    # broken one costs a point, and that one is not graded, which is not 0.
    expected = [40.0, 0.0, 40.0, None, 40.0, None] * 2
    for (student, points), right in zip(sorted(way.points.items()), expected, strict=True):
        if odd[student] == "broken":
            assert points is None
        elif right is None:
            assert points < 40
        else:
            assert points == right
