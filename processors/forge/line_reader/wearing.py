"""What happens to print before it is read: ink fades, paper greys, scanners blur, neighbours look in."""

from __future__ import annotations

import cv2
import numpy as np

from processors.forge.line_reader.printing import Ink
from processors.ocr.lines.strips import HEIGHT
from processors.ocr.pixels import Grey


class Wear:
    """Wears strips out, each in another way."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def worn(self, ink: Ink, neighbour: Ink | None = None) -> Grey:
        """A scan of a strip of ink, 0 for black; `neighbour` is the ink of another line that looks in."""
        chance = self._random.random
        if neighbour is not None:
            ink = np.maximum(ink, self._looking_in(neighbour, ink.shape[1]))
        if chance() < 0.5:
            ink = ink * self._field(ink.shape, self._random.uniform(0.15, 0.9))
        if chance() < 0.12:
            ink = self._missing_rows(ink)
        if chance() < 0.55:
            ink = self._coarser(ink, self._random.uniform(0.38, 0.95))
        if chance() < 0.6:
            ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), self._random.uniform(0.3, 1.3)), np.float32)
        return self.scanned(ink)

    def scanned(self, ink: Ink) -> Grey:
        """On paper: its shade, its grain, the scanner's threshold and compression."""
        chance, between = self._random.random, self._random.uniform
        paper = between(150, 255) * self._field(ink.shape, between(0.0, 0.2))
        depth = between(0.2, 1.0) if chance() < 0.5 else between(0.6, 1.0)
        grey = paper * (1.0 - depth * np.clip(ink, 0.0, 1.0))
        if chance() < 0.5:
            grain = self._random.normal(0.0, between(1.0, 14.0) * depth, ink.shape)
            if chance() < 0.5:
                grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), between(0.5, 1.2)), np.float64) * 2.0
            grey = grey + grain
        if chance() < 0.12:
            level = float(paper.mean()) * (1.0 - depth * between(0.25, 0.6))
            grey = np.where(grey < level, 0.0, 255.0)
            if chance() < 0.5:
                grey = cv2.GaussianBlur(grey, (0, 0), between(0.4, 0.8))
        strip = np.clip(grey, 0, 255).astype(np.uint8)
        if chance() < 0.4:
            quality = int(between(25, 90))
            _, packed = cv2.imencode(".jpg", strip, [cv2.IMWRITE_JPEG_QUALITY, quality])
            strip = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
        return strip

    def shaken(self, strip: Grey) -> Grey:
        """A real strip, a little larger, smaller, higher, paler, blurred: it was scanned otherwise."""
        chance, between = self._random.random, self._random.uniform
        long, high, lean = between(0.85, 1.15), between(0.9, 1.1), np.tan(np.radians(self._random.normal(0, 0.3)))
        width = max(round(strip.shape[1] * long), 8)
        down = HEIGHT / 2 * (1 - high) + self._random.normal(0, 1.0) - lean * width / 2
        forth = np.array([[long, 0.0, between(-3, 3)], [lean, high, down]])
        paper = float(np.percentile(strip, 90))
        moved = cv2.warpAffine(strip, forth, (width, HEIGHT), flags=cv2.INTER_LINEAR, borderValue=paper)
        ink = np.clip((paper - moved.astype(np.float32)) / 255.0, 0.0, 1.0)
        if chance() < 0.3:
            ink = ink * self._field(ink.shape, between(0.1, 0.6))
        if chance() < 0.3:
            ink = self._coarser(ink, between(0.6, 0.95))
        if chance() < 0.3:
            ink = cv2.GaussianBlur(ink, (0, 0), between(0.3, 0.9))
        if chance() < 0.4:
            ink = np.clip(ink, 0.0, 1.0) ** between(0.7, 1.4)
        grey = paper - 255.0 * ink
        if chance() < 0.3:
            grey = grey + self._random.normal(0.0, between(1.0, 6.0), ink.shape)
        return np.asarray(np.clip(grey, 0, 255), np.uint8)

    def _field(self, shape: tuple[int, ...], strength: float) -> Ink:
        """Factors from 1 - `strength` to 1 that change slowly along the strip."""
        knots = self._random.random((2, max(shape[1] // 48, 2))).astype(np.float32)
        spread = cv2.resize(knots, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
        return np.asarray(1.0 - strength * np.clip(spread, 0.0, 1.0), np.float32)

    def _missing_rows(self, ink: Ink) -> Ink:
        """A dot of the print head that no longer heats leaves a light row."""
        ink = ink.copy()
        row = int(self._random.integers(6, HEIGHT - 6))
        ink[row : row + int(self._random.integers(1, 3))] *= self._random.uniform(0.0, 0.5)
        return ink

    def _coarser(self, ink: Ink, share: float) -> Ink:
        """As a scanner of fewer dots sees it."""
        height, width = ink.shape
        few = cv2.resize(
            ink, (max(round(width * share), 2), max(round(height * share), 2)), interpolation=cv2.INTER_AREA
        )
        way = cv2.INTER_CUBIC if self._random.random() < 0.5 else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(few, (width, height), interpolation=way), np.float32)

    def _looking_in(self, neighbour: Ink, width: int) -> Ink:
        """The foot of the line above, or the head of the one below."""
        away = int(self._random.integers(22, 30)) * (1 if self._random.random() < 0.5 else -1)
        moved = np.zeros((HEIGHT, width), np.float32)
        common = min(width, neighbour.shape[1])
        if away > 0:
            moved[away:, :common] = neighbour[: HEIGHT - away, :common]
        else:
            moved[:away, :common] = neighbour[-away:, :common]
        return moved
