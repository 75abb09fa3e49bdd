import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench import pages
from bench.ocr import degrade
from bench.pages import PagePicture
from tests import documents


@pytest.fixture(scope="module")
def page() -> PagePicture:
    image = Image.open(io.BytesIO(documents.scan_png(["A line of text", "and another"], 800, 1100)))
    return PagePicture(image.convert("L"), 200)


@pytest.mark.parametrize("way", degrade.WAYS)
def test_a_way_is_the_same_each_time_and_changes_the_page(way: str, page: PagePicture, tmp_path: Path) -> None:
    one = degrade.write(way, page, "seed", tmp_path / "one")
    two = degrade.write(way, page, "seed", tmp_path / "two")
    assert one.read_bytes() == two.read_bytes()
    with Image.open(one) as image:
        assert image.size != page.image.size or np.any(np.asarray(image) != np.asarray(page.image))


@pytest.mark.parametrize("way", ["skewed", "noisy", "turned"])
def test_what_is_left_to_chance_differs_by_document(way: str, page: PagePicture, tmp_path: Path) -> None:
    made = {degrade.write(way, page, f"seed {n}", tmp_path / str(n)).read_bytes() for n in range(6)}
    assert len(made) > 1


def test_the_resolution_is_written(page: PagePicture, tmp_path: Path) -> None:
    low = next(pages.pictures(degrade.write("low_resolution", page, "", tmp_path / "low")))
    assert (low.dpi, low.image.size) == (150, (600, 825))
    with Image.open(degrade.write("fax", page, "", tmp_path / "fax")) as fax:
        assert fax.size == (816, 539)
        assert [round(float(value)) for value in fax.info["dpi"]] == [204, 98]
