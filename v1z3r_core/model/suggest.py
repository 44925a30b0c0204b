"""The tail of an error about an unknown name: what it was probably meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A clause to append to a message, with its leading punctuation.

    Examples
    --------
    >>> did_you_mean("specrtum", ["scope", "spectrum"])
    '; did you mean spectrum?'
    >>> did_you_mean("xyzzy", ["scope", "spectrum"])
    '; known: scope, spectrum'
    >>> did_you_mean("xyzzy", [])
    ''
    """
    names = sorted(set(known))
    by_folded = {name.casefold(): name for name in names}
    close = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {by_folded[close[0]]}?"
    return f"; known: {', '.join(names)}" if names else ""
