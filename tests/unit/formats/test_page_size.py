import pytest

from processors.config import Limits
from processors.formats import page_size
from processors.formats.port import Refused

LIMITS = Limits()


@pytest.mark.parametrize(
    ("width", "height", "reason"),
    [
        (612.0, 792.0, ""),
        (2384.0, 3370.0, ""),  # A0
        (14_400.0, 612.0, ""),
        (6_000.0, 6_000.0, ""),
        (14_400.0, 14_400.0, "page_too_large"),
        (14_401.0, 10.0, "page_too_large"),
        (595.0, 2_147_483_648.0, "page_too_large"),
        (0.0, 792.0, "damaged"),
        (float("nan"), 792.0, "damaged"),
        (float("inf"), 792.0, "damaged"),
        (-3.0, 792.0, "damaged"),
    ],
)
def test_page_sizes(width: float, height: float, reason: str) -> None:
    if not reason:
        page_size.check_points(3, width, height, LIMITS)
        return
    with pytest.raises(Refused) as refused:
        page_size.check_points(3, width, height, LIMITS)
    assert refused.value.outcome.reason == reason
    assert refused.value.outcome.details["page"] == 3


@pytest.mark.parametrize(
    ("width", "height", "dpi"), [(612, 792, 300), (3370, 4768, 160), (14_400, 612, 160), (100, 100, 300)]
)
def test_resolution_stays_within_the_limits(width: float, height: float, dpi: int) -> None:
    found = page_size.render_dpi(width, height, LIMITS)
    assert found == dpi
    assert width / 72 * found * height / 72 * found <= LIMITS.max_page_pixels
    assert max(width, height) / 72 * found <= page_size.LONGEST_SIDE_PIXELS


def test_pixels_name_page_size_and_limit() -> None:
    with pytest.raises(Refused) as refused:
        page_size.check_pixels(2, 10_000, 10_000, LIMITS)
    assert refused.value.outcome.details == {
        "page": 2,
        "width": 10_000,
        "height": 10_000,
        "unit": "pixels",
        "limit_pixels": LIMITS.max_page_pixels,
    }
