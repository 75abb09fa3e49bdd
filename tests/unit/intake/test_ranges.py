import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.intake import ranges


@pytest.mark.parametrize(
    ("pages", "written", "count", "last"),
    [
        (1, False, 1, (1, 1)),
        (4, False, 1, (1, 4)),
        (5, False, 2, (5, 5)),
        (2048, False, 512, (2045, 2048)),
        (2049, False, 410, (2046, 2049)),
        (32, True, 1, (1, 32)),
        (33, True, 2, (33, 33)),
        (5000, True, 157, (4993, 5000)),
    ],
)
def test_known_lengths(pages: int, written: bool, count: int, last: tuple[int, int]) -> None:
    found = ranges.split(pages, written=written)
    assert len(found) == count
    assert (found[-1].first, found[-1].last) == last


@given(st.integers(1, 6000), st.booleans())
def test_every_page_is_in_exactly_one_range(pages: int, written: bool) -> None:
    found = ranges.split(pages, written=written)
    assert [n for one in found for n in range(one.first, one.last + 1)] == list(range(1, pages + 1))
    assert len(found) <= ranges.MOST_RANGES


def test_part_names_the_pages() -> None:
    assert ranges.split(5)[0].name == "pages-1-4"
