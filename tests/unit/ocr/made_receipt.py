"""A receipt as a worn till prints it: small letters, blurred, with dots of ink that are missing."""

from __future__ import annotations

from collections import Counter

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from processors.ocr.picture import Picture
from tests.corpus import make

DPI = 150
LINES = """HARBOUR STATIONERS LTD
UNIT 14, GROUND FLOOR
27 QUAYSIDE ROAD
EXETER EX2 8BP
TEL: 01392 555 0147
RECEIPT NO: 0058731
DATE: 14/05/2024 16:42
CASHIER: 0093
PRINTER PAPER A4|12.60
BLUE INK REFILL|8.35
ENVELOPES C5|3.95
STAPLES 26/6|1.80
NOTEBOOK 80 PAGES|4.65
DELIVERY|2.50
SUBTOTAL|33.85
VAT 20%|6.77
TOTAL|40.62
CASH|50.00
CHANGE|9.38
THANK YOU
GOODS ARE NOT RETURNABLE""".split("\n")


def receipt(size: int, seed: int, *, blur: float = 1.4) -> Picture:
    """The receipt with letters of `size` pixels an em."""
    font = ImageFont.truetype(make.FONT, size)
    width, step = round(font.getlength("M" * 20)), round(size * 1.45)
    image = Image.new("L", (width + 2 * size, step * len(LINES) + 4 * size), 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(LINES):
        left, _, right = line.partition("|")
        top = 2 * size + number * step
        draw.text((size, top), left, font=font, fill=60)
        draw.text((size + width - font.getlength(right), top), right, font=font, fill=60)
    chance = np.random.default_rng(seed)
    grey = np.array(image, np.float32)
    grey[chance.random(grey.shape) < 0.3] = 255
    noisy = cv2.GaussianBlur(grey, (0, 0), blur) + chance.normal(0, 6, grey.shape)
    worn = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
    return Picture(1, worn.width / DPI * 72, worn.height / DPI * 72, worn, DPI)


def words_read(text: str) -> int:
    """How many of the receipt's words stand in a text, to the letter."""
    return sum((Counter(text.split()) & Counter(" ".join(LINES).replace("|", " ").split())).values())
