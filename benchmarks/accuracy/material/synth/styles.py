# ruff: noqa: E501 -- a table reads by its rows
"""Styles as data: metre, tempo range and step patterns.

A pattern is one bar of steps: ``x`` struck, ``o`` a ghost, ``?`` struck in half of the bars,
``.`` not. Tempi are those a producer would set, inside the styles' usual ranges.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """What a kind of music plays in one bar.

    Parameters
    ----------
    name : str
    bpm : tuple of (float, float)
    metre : tuple of (int, int)
    beats : int
        Felt beats in a bar.
    steps : int
        Steps in a beat.
    kick, snare, hat : tuple of str
        Patterns to choose from, beats × steps characters each (spaces are ignored).
    perc : tuple of str
    bass : tuple of str
        ``r`` root, ``f`` fifth, ``u`` octave above.
    swing : tuple of (float, float)
        How late the off-steps are, in steps.
    """

    name: str
    bpm: tuple[float, float]
    metre: tuple[int, int]
    beats: int
    steps: int
    kick: tuple[str, ...]
    snare: tuple[str, ...]
    hat: tuple[str, ...]
    perc: tuple[str, ...]
    bass: tuple[str, ...]
    swing: tuple[float, float] = (0.0, 0.0)


_FOUR = "x... x... x... x..."
_BACK = ".... x... .... x..."
_EIGHTHS, _OFF, _SIXTEENTHS = "x.x. x.x. x.x. x.x.", "..x. ..x. ..x. ..x.", "xoxo xoxo xoxo xoxo"
_PERC = ("...x ..x. ...x ..x.", "?..? ..?. ?..? ..?.", "x..x ..x. ..x. x...", ".... .... .... ....")

STYLES = (
    Style("house", (112, 130), (4, 4), 4, 4, (_FOUR, "x... x... x... x.?."),
          (_BACK, ".... x... .... x..?"), (_OFF, "?.x. ?.x. ?.x. ?.x.", _SIXTEENTHS), _PERC,
          ("..r. ..r. ..r. ..r.", "r..r ..r. r..r ..u.", "..r. .u.. ..r. .f.."), (0.0, 0.25)),
    Style("techno", (124, 150), (4, 4), 4, 4, (_FOUR,), (".... .... .... ....", _BACK, ".... ?... .... ?..?"),
          (_OFF, _SIXTEENTHS, "..x. ..xo ..x. ..xo"), _PERC,
          (".rrr .rrr .rrr .rrr", "..r. ..r. ..r. ..r.", "r.rr .r.r r.rr .r.r")),
    Style("trance", (130, 142), (4, 4), 4, 4, (_FOUR,), (_BACK,), (_OFF, "..x. ..x. ..x. ..xx"), _PERC,
          (".rrr .rrr .rrr .rrr", "..r. ..r. ..r. ..r.")),
    Style("disco", (104, 128), (4, 4), 4, 4, (_FOUR,), (_BACK, ".... x..o .... x.o."),
          ("x.xx x.xx x.xx x.xx", _OFF, _SIXTEENTHS), _PERC,
          ("r.u. r.u. r.u. r.u.", "r..r ..r. u..r ..f.")),
    Style("breakbeat", (98, 140), (4, 4), 4, 4,
          ("x.x. .... ..x. ....", "x... ..x. ..x. ....", "x..x .... ..x. .?..", "x... .... x.x. ...?"),
          (".... x..o .o.. x..o", ".... x... .o.. x..?", ".... x..x .... x..o"),
          (_EIGHTHS, _SIXTEENTHS, "x.xx x.x. x.xx x.x."), _PERC,
          ("r... ..r. ..f. ....", "r..r .... ..r. u...", "r.r. ...r ..f. r..."), (0.0, 0.2)),
    Style("dnb", (160, 180), (4, 4), 4, 4, ("x... .... ..x. ....", "x.x. .... ..x. ..?.", "x... ...x ..x. ...."),
          (_BACK, ".... x..o .o.. x..o"), (_EIGHTHS, _SIXTEENTHS), _PERC,
          ("r... .... ..r. ....", "r.......r... f...", "r..r ..r. .r.. r...")),
    Style("trap", (128, 156), (4, 4), 4, 4,
          ("x... .... ..x. ....", "x..? ..x. .... ..x.", "x... ...x ..?. ....", "x... ..x. ..x. .?.."),
          (".... .... x... ....", ".... .... x... ...?"), (_EIGHTHS, "x.x. x.xx x.x. xxxx", _SIXTEENTHS), _PERC,
          ("r... .... ..r. ....", "r... ...r .... ..f.")),
    Style("hiphop", (80, 104), (4, 4), 4, 4,
          ("x..x ..x. ..x. ....", "x... ..xx ..?. ....", "x.x. ...x .xx. ....", "x..? .... x.x. ..?."),
          (_BACK, ".... x..o .o.. x..."), (_EIGHTHS, _SIXTEENTHS), _PERC,
          ("r..r ..r. .... f...", "r... ..r. r... ...."), (0.1, 0.6)),
    Style("rock", (84, 168), (4, 4), 4, 4,
          ("x... ..x. x.x. ....", "x... .... x... ....", "x.x. ..x. ..x. ....", "x... ...x x... ..?."),
          (_BACK,), (_EIGHTHS, "x... x... x... x..."), (".... .... .... ....",),
          ("r.r. r.r. r.r. r.r.", "r... r... r... r...", "r.r. f.r. u.r. f.r.")),
    Style("pop", (84, 132), (4, 4), 4, 4, (_FOUR, "x... .... x.x. ....", "x... ...x ..x. ...."),
          (_BACK,), (_EIGHTHS, _SIXTEENTHS, _OFF), _PERC, ("r... r... r... r...", "r..r ..r. r..r ..r.")),
    Style("electro", (108, 136), (4, 4), 4, 4, ("x... ..x. ...x ....", "x..x ..x. .... ..x.", "x... .... x..x .?.."),
          (_BACK,), (_SIXTEENTHS, _EIGHTHS), _PERC, ("r..r ..r. .r.. r.u.", "r.r. .u.. r.r. .f..")),
    Style("reggae", (66, 92), (4, 4), 4, 4, (".... .... x... ....", "x... .... x... ....", _FOUR),
          (".... .... x... ....",), (_EIGHTHS, "x..x x..x x..x x..x"), _PERC,
          ("r... ..r. f... ..r.", "..r. r... ..f. u..."), (0.0, 0.5)),
    Style("dembow", (86, 104), (4, 4), 4, 4, (_FOUR,), ("...x ..x. ...x ..x.",), (_EIGHTHS, _SIXTEENTHS), _PERC,
          ("r... r... r... r...", "r..r ..r. r..r ..r.")),
    Style("shuffle", (92, 150), (4, 4), 4, 3, ("x.. x.. x.. x..", "x.. ..x x.. ..?", "x.. ... x.x ..."),
          ("... x.. ... x..",), ("x.x x.x x.x x.x", "x.. x.x x.. x.x"), ("... ... ... ...", "..? ... ..? ..."),
          ("r.. r.. f.. u..", "r.r r.r r.r f.f", "r.. ..r r.. ..f")),
    Style("jazz", (100, 190), (4, 4), 4, 3, ("x.. ... ?.. ...", "... ... ... ..?", "o.. o.. o.. o.."),
          ("... ..o ... ?..", "... ... ..? ..."), ("x.. x.x x.. x.x",), ("... ... ... ...",),
          ("r.. f.. u.. f..", "r.. r.. f.. f..")),
    Style("waltz", (84, 180), (3, 4), 3, 2, ("x. .. ..", "x. .. .?"), (".. x. x.", ".. o. o.", ".. .. x."),
          ("x. x. x.", "xx xx xx"), (".. .. ..", ".? .. .?"), ("r. .. ..", "r. f. f.", "r. .. f.")),
    Style("sixeight", (50, 84), (6, 8), 2, 6, ("x..... ......", "x..... ..x...", "x...x. ......"),
          ("...... x.....",), ("x.x.x. x.x.x.", "xoxoxo xoxoxo"), ("...... ......", "..?... ..?..."),
          ("r..... r.....", "r...r. f...r.")),
    Style("five", (96, 176), (5, 4), 5, 2, ("x. .. .. x. ..", "x. .x .. x. ..", "x. .. x. .. .?"),
          (".. .. x. .. x.", ".. x. .. .. x."), ("x. x. x. x. x.", "xx xx xx xx xx"), (".. .. .. .. ..",),
          ("r. .. .r f. ..", "r. .r .. f. r.")),
    Style("seven", (100, 176), (7, 4), 7, 2, ("x. .. x. .. x. .. ..", "x. .x .. .. x. .. ?."),
          (".. x. .. x. .. .. x.", ".. .. x. .. .. x. .."), ("x. x. x. x. x. x. x.", "xx xx xx xx xx xx xx"),
          (".. .. .. .. .. .. ..",), ("r. .. r. .. f. .. r.", "r. .r .. .. f. u. ..")),
)  # fmt: skip


def steps_of(pattern: str) -> str:
    """The pattern without its spaces."""
    return pattern.replace(" ", "")
