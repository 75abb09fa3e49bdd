import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.intake import ranges


@pytest.mark.parametrize(
    ("pages", "count", "last"),
    [
        (1, 1, (1, 1)),
        (8, 1, (1, 8)),
        (9, 2, (9, 9)),
        (512, 64, (505, 512)),
        (513, 57, (505, 513)),
        (5000, 64, None),
    ],
)
def test_known_lengths(pages: int, count: int, last: tuple[int, int] | None) -> None:
    found = ranges.split(pages)
    assert len(found) == count
    assert last is None or (found[-1].first, found[-1].last) == last


@given(st.integers(1, 6000))
def test_every_page_is_in_exactly_one_range(pages: int) -> None:
    found = ranges.split(pages)
    assert [n for one in found for n in range(one.first, one.last + 1)] == list(range(1, pages + 1))
    assert len(found) <= ranges.MOST_RANGES


def test_part_names_the_pages() -> None:
    assert ranges.split(9)[0].name == "pages-1-8"
