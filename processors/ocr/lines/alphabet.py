"""The characters that the line reader knows."""

from typing import Final

#: class 0 is "nothing new", as CTC needs it; class n is the character before it in this row
BLANK: Final = 0
ALPHABET: Final = "".join(map(chr, range(0x20, 0x7F))) + "£€°"
CLASSES: Final = len(ALPHABET) + 1
