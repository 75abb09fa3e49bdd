"""The line reader: convolutions over a strip, two recurrent layers along it, a character a step (CTC)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from processors.ocr.lines.alphabet import CLASSES

#: Channels of the convolutions, and by what each shrinks what it was given: height, width.
_CHANNELS = ((48, (2, 2)), (96, (2, 2)), (128, (1, 1)), (160, (2, 1)), (192, (1, 1)), (192, (2, 1)))
#: Rows that are left of a strip of 32.
_ROWS = 2
_HIDDEN = 192
_DROPOUT = 0.1


class LineNetwork(nn.Module):
    """Strips to characters: (batch, 1, 32, width), 1 for ink, to log probabilities (batch, width / 4, classes)."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for channels, shrink in _CHANNELS:
            layers += [nn.Conv2d(before, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels), nn.ReLU()]
            if shrink != (1, 1):
                layers.append(nn.MaxPool2d(shrink))
            before = channels
        self.look = nn.Sequential(*layers)
        self.narrow = nn.Linear(before * _ROWS, _HIDDEN)
        self.along = nn.LSTM(_HIDDEN, _HIDDEN, num_layers=2, bidirectional=True, batch_first=True, dropout=_DROPOUT)
        self.drop = nn.Dropout(_DROPOUT)
        self.say = nn.Linear(2 * _HIDDEN, CLASSES)

    def forward(self, strips: Tensor) -> Tensor:
        """See the class."""
        seen = self.look(strips).permute(0, 3, 1, 2).flatten(2)
        along, _ = self.along(torch.relu(self.narrow(seen)))
        said: Tensor = self.say(self.drop(along))
        return said.float().log_softmax(-1)
