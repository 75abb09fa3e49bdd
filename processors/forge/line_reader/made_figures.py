"""Figures as they stand on receipts and forms: amounts, dates, times, numbers of all kinds, quantities, shares."""

from __future__ import annotations

import string
from random import Random
from typing import Final

_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_CURRENCIES: Final = ("", "RM", "RM ", "$", "USD ", "-", "€", "£")


def figure(pick: Random) -> str:
    """One of them."""
    ways = (_price, _date, _time, _number, _of_sale, _telephone, _share)
    return pick.choices(ways, (1, 3, 1, 4, 1, 1, 1))[0](pick)


def _amount(pick: Random) -> str:
    value = pick.randint(0, 10 ** pick.randint(1, 6)) / 100
    return f"{value:{pick.choice((',', ''))}.2f}"


def _price(pick: Random) -> str:
    return f"{pick.choice(_CURRENCIES)}{_amount(pick)}"


def _date(pick: Random) -> str:
    day, month, year = pick.randint(1, 31), pick.randint(1, 12), pick.randint(1990, 2035)
    apart = pick.choice("/-. ")
    return pick.choice(
        (
            f"{day:02}{apart}{month:02}{apart}{pick.choice((year, year % 100)):02}",
            f"{day:02}{apart}{pick.choice(_MONTHS)}{apart}{year}",
            f"{year}-{month:02}-{day:02} {pick.randint(0, 23):02}:{pick.randint(0, 59):02}",
        )
    )


def _time(pick: Random) -> str:
    half = pick.choice(("AM", "PM", ""))
    return f"{pick.randint(0, 23)}:{pick.randint(0, 59):02}:{pick.randint(0, 59):02} {half}"


def _number(pick: Random) -> str:
    return pick.choice(
        (
            "".join(pick.choices(string.digits, k=pick.randint(1, 14))),
            f"{pick.choice(string.ascii_uppercase)}{pick.randint(0, 10 ** pick.randint(1, 8))}",
            "".join(pick.choices(string.digits + string.ascii_uppercase + "-/", k=pick.randint(3, 14))),
            f"({pick.randint(1_000, 9_999_999)}-{pick.choice(string.ascii_uppercase)})",
        )
    )


def _of_sale(pick: Random) -> str:
    end = pick.choice(("", "SR", "Z", "T", "S"))
    return f"{pick.randint(1, 20)} {pick.choice('xX@*')} {_amount(pick)} {_amount(pick)} {end}"


def _telephone(pick: Random) -> str:
    return f"0{pick.randint(1, 99)}-{pick.randint(100, 9_999)} {pick.randint(1_000, 9_999)}"


def _share(pick: Random) -> str:
    return f"{pick.randint(0, 100)}{pick.choice(('', '.0', '.00', '.5'))}%"
