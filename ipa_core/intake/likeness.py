"""How much is a text like that of last time?"""

from collections.abc import Iterable

from rapidfuzz import fuzz


def likeness(text: str, earlier: Iterable[str]) -> int | None:
    """Return how many per cent of a text is found in the earlier one that is most like it: 0 to 100, rounded down.

    Capitals and the space between words make no difference. None when one of the two sides is empty.
    """
    plain = _plain(text)
    others = [other for other in map(_plain, earlier) if other]
    return max(int(fuzz.ratio(plain, other)) for other in others) if plain and others else None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
