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
    stab : tuple of str
        Patterns of chords; none: steps drawn at random for the piece.
    ring : tuple of str
        Patterns of open hats.
    pump : bool
        Whether the kick always pushes the music down, and for up to a beat.
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
    stab: tuple[str, ...] = ()
    ring: tuple[str, ...] = ()
    pump: bool = False


_FOUR = "x... x... x... x..."
_BACK = ".... x... .... x..."
_EIGHTHS, _OFF, _SIXTEENTHS = "x.x. x.x. x.x. x.x.", "..x. ..x. ..x. ..x.", "xoxo xoxo xoxo xoxo"
_REST, _OFF_BASS = ".... .... .... ....", "..r. ..r. ..r. ..r."
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
    # Music whose loudest parts stand between the beats, or that leaves the beat to chords alone
    Style("eurodance", (128, 150), (4, 4), 4, 4, (_FOUR,), (_BACK, _REST), (_OFF, "..x. ..xo ..x. ..xo"), _PERC,
          (_OFF_BASS, ".rr. .rr. .rr. .rr."), stab=(_OFF, "x..x ..x. x..x ..x.", "..xx ..x. ..xx ..x.")),
    Style("progressive", (116, 130), (4, 4), 4, 4, (_FOUR, "x... x... x... x..?"), (_BACK, _REST, ".... ?... .... x..."),
          (_OFF, "..x. ..x. ..x. ..xo"), _PERC, (_OFF_BASS, "..rr ..r. ..rr ..f.", ".r.r .r.r .r.r .r.u"),
          stab=("...x ..x. ...x ..x.", "..x. .... ..x. ...x", "...x .... ...x ....")),
    Style("deephouse", (112, 126), (4, 4), 4, 4, (_FOUR,), (_BACK, ".... x..o .... x..."), (_OFF, "?.x. ?.x. ?.x. ?.xx"), _PERC,
          ("..r. ...r ..r. .f..", "r..r ..r. .r.. ..u.", _OFF_BASS), (0.0, 0.3),
          (_OFF, "..x. ..x. ...x ..x.", "...x ...x ..x. ....")),
    Style("italo", (108, 126), (4, 4), 4, 4, (_FOUR,), (_BACK,), (_OFF, _SIXTEENTHS, _EIGHTHS), _PERC,
          ("r.u. r.u. r.u. r.u.", "rruu rruu rruu rruu", "..u. ..u. ..u. ..u."), stab=(_OFF, "x..x ..x. ..x. ....")),
    Style("hardcore", (150, 190), (4, 4), 4, 4, (_FOUR, "x... x... x... x.x."), (_REST, _BACK), (_OFF, _REST), _PERC,
          (_OFF_BASS, ".rrr .rrr .rrr .rrr"), stab=(_OFF, "x..x ..x. x..x ..x.")),
    Style("ukgarage", (126, 138), (4, 4), 4, 4, ("x... .... ..x. ....", "x... ...x ..x. ....", "x..? .... ..x. .?.."),
          (_BACK, ".... x..o .... x.o."), ("..x. ..xx ..x. ..x.", _SIXTEENTHS, _OFF), _PERC,
          ("r... ..r. ...r ....", "..r. ...r ..u. ...."), (0.2, 0.6), ("...x ..x. .... ..x.", _OFF)),
    Style("dubstep", (134, 146), (4, 4), 4, 4, ("x... .... .... ....", "x... ..?. .... ..x.", "x.x. .... ...x ...."),
          (".... .... x... ....",), ("x... x... x... x..x", _EIGHTHS, "x..x ..x. x..x ..x."), _PERC,
          ("r... .r.. r..r ....", "r..r ..r. .... u.u.")),
    Style("synthwave", (80, 120), (4, 4), 4, 4, (_FOUR, "x... .... x... ...."), (_BACK,), (_SIXTEENTHS, _EIGHTHS), _PERC,
          ("r.r. r.r. r.r. r.r.", "rrrr rrrr rrrr rrrr", "..r. ..r. ..r. ..r.")),
    Style("funk", (88, 118), (4, 4), 4, 4, ("x.x. ...x ..x. ..?.", "x..x ..x. .x.. ..x.", "x... ..x. .xx. ...."),
          (".o.. x..o .o.o x..o", ".... x.oo .o.. x..o"), (_SIXTEENTHS, "x.xx x.xo x.xx x.x.", _EIGHTHS), _PERC,
          ("r..r ..u. .r.r ..f.", "rr.. ..r. ..u. r..r"), (0.0, 0.3), (".x.. ..x. .x.x ..x.", "..x. .x.. ..x. .xx.")),
    Style("afrobeat", (96, 126), (4, 4), 4, 4, ("x..x ..x. ..x. ....", "x... ..x. x..x ..x."),
          ("..o. .x.. .o.. x...", "...x ..x. ..x. x..."), ("x.xx x.xx x.xx x.xx", "..x. ..x. ..x. ..x."),
          ("x..x ..x. x.x. x.x.", "x.x. .x.x .x.x x..."), ("r... ..rf ..u. ....", "r.r. ..f. r..r ...."), stab=("..x. ..x. ..xx ..x.",)),
    Style("ska", (110, 172), (4, 4), 4, 4, (_BACK, "x... .... x... ...."), (_BACK, ".... .... x... ...."), (_EIGHTHS, _OFF, _REST),
          (_REST,), ("r... f... u... f...", "r.r. f.f. r.r. u.u."), (0.0, 0.4), (_OFF,)),
    Style("dub", (62, 84), (4, 4), 4, 4, (".... .... x... ....", _FOUR), (".... .... x... ....", ".... .... x... ..o."),
          (_EIGHTHS, _OFF), _PERC, ("r..r ..r. .... f...", "..r. ..r. u... ...."), (0.0, 0.4), (_OFF, "..xx .... ..xx ....")),
    Style("cumbia", (84, 108), (4, 4), 4, 4, (_FOUR, "x... .... x... ...."), (_REST, "..?. .... ..?. ...."), ("x.xx x.xx x.xx x.xx", "..x. ..x. ..x. ..x."),
          ("x..x ..x. x..x ..x.", "..xx ..xx ..xx ..xx"), ("r... r.f. r... r.u.", "r... ..f. u... ..f."), stab=(_OFF,)),
    Style("bossa", (100, 148), (4, 4), 4, 4, ("x..x x..x x..x x..x", "x... x... x... x..."), ("x..x ..x. ...x ..x.", "..x. ..x. .x.. x..."),
          (_EIGHTHS, _SIXTEENTHS), (_REST,), ("r..f f..r r..f f..u", "r... f..f r... f..f"), stab=("x..x ..x. ..x. .x..", "..x. .x.. x..x ....")),
    Style("calypso", (92, 124), (4, 4), 4, 4, (_FOUR, "x..x ..x. x..x ..x."), ("...x ..x. ...x ..x.", _BACK), (_OFF, _SIXTEENTHS), _PERC,
          ("r..r ..f. r..r ..u.", "..r. r... ..f. r..."), stab=(_OFF, "..xx ..x. ..xx ..x.")),
    Style("country", (84, 150), (4, 4), 4, 4, ("x... .... x... ....", _REST), (_BACK, "..o. x.o. ..o. x.o."), (_EIGHTHS, _REST), (_REST,),
          ("r... .... f... ....", "r... r... f... f..."), (0.0, 0.3), (_BACK, "..x. x.x. ..x. x.x.")),
    Style("bluegrass", (110, 168), (4, 4), 4, 4, (_REST,), (_REST,), (_REST, _OFF), (_REST, _SIXTEENTHS),
          ("r... f... r... f...", "r... u... f... u..."), stab=(_OFF, "..x. ..xx ..x. ..xx")),
    Style("drumless", (66, 132), (4, 4), 4, 4, (_REST,), (_REST,), (_REST,), (_REST,),
          ("r... .... .... ....", "r... .... f... ....", "r..r .... f... ...."), stab=(_FOUR, "x.x. x.x. x.x. x.x.", "..x. x.x. ..x. x.x.")),
    Style("slowrock", (48, 82), (12, 8), 4, 3, ("x.. ... x.. ...", "x.. ... x.x ..."), ("... x.. ... x..",), ("xxx xxx xxx xxx", "x.x x.x x.x x.x"),
          ("... ... ... ...",), ("r.. ..r f.. ..f", "r.. r.. f.. f.."), stab=("xxx xxx xxx xxx", ".xx .xx .xx .xx")),
    Style("motown", (100, 140), (4, 4), 4, 4, (_FOUR, "x.x. ..x. x.x. ..x."), (_FOUR, _BACK), (_EIGHTHS, _REST), ("x.x. x.x. x.x. x.x.", _BACK),
          ("r.r. ..f. r.u. ..f.", "r... r.f. u... f.r."), stab=(_OFF, _BACK)),
    Style("soul", (60, 104), (4, 4), 4, 4, ("x... ..x. ..x. ....", "x..x .... x... ..x."), (_BACK,), (_EIGHTHS, _SIXTEENTHS), _PERC,
          ("r... ..r. f..f ....", "r..r .... u... f..."), (0.0, 0.5)),
    Style("metal", (96, 180), (4, 4), 4, 4, ("xxxx xxxx xxxx xxxx", "x.xx x.xx x.xx x.xx", "x.x. x.x. x.x. x.x."), (_BACK, _OFF, ".... .... x... ...."),
          (_FOUR, _EIGHTHS), (_REST,), ("rrrr rrrr rrrr rrrr", "r.rr r.rr r.rr r.rr"), stab=("x.xx x.xx x.xx x.xx", "x... .... x... ....")),
    Style("surf", (120, 176), (4, 4), 4, 4, ("x... ..x. x... ....", _FOUR), (".... x.x. .... x...", "..x. x... ..x. x..."), (_EIGHTHS,), (_REST,),
          ("r.r. r.r. f.f. f.f.", "r... u... r... f...")),
    Style("electroswing", (104, 132), (4, 4), 4, 3, ("x.. x.. x.. x..",), ("... x.. ... x..", "... x.x ... x.."), ("x.x x.x x.x x.x", "..x ..x ..x ..x"),
          ("... ... ... ...",), ("r.. f.. u.. f..", "r.. ..r f.. ..f"), stab=("..x ..x ..x ..x", "... x.x ... x..")),
    Style("mazurka", (108, 176), (3, 4), 3, 2, ("x. .. ..", "x. .. .?"), (".. x. ..", ".. xx x.", ".. x. x."), ("x. x. x.", ".. x. x."),
          (".. .. ..",), ("r. .. ..", "r. .. f."), stab=(".. x. x.", ".. x. ..")),
    # Clubs: a kick on the beat, an open hat between beats, and everything else pushed down by the kick
    Style("frenchhouse", (116, 130), (4, 4), 4, 4, (_FOUR,), (_BACK,), (_SIXTEENTHS, _REST, "x.x. x.x. x.x. x.x."), _PERC,
          ("r..r ..r. .r.u ..f.", "r.r. .ru. r.r. .fu."), (0.0, 0.3), ("x..x ..x. x..x ..x.", _FOUR, _OFF), (_OFF,), pump=True),
    Style("techhouse", (120, 132), (4, 4), 4, 4, (_FOUR, "x... x... x... x..?"), (_BACK, _REST), (_SIXTEENTHS, "x.xx x.xx x.xx x.xx", _REST),
          ("...x ..x. .x.. ..x.", "..?. .?.. ..?. ?..?"), ("..r. .r.r ..r. r..r", ".r.r ..r. .r.r ..u."), (0.0, 0.3), (_REST, _OFF), (_OFF,), pump=True),
    Style("melodictechno", (118, 128), (4, 4), 4, 4, (_FOUR,), (_REST, _BACK), (_REST, _SIXTEENTHS), _PERC,
          (_OFF_BASS, ".rrr .rrr .rrr .rrr", "r..r ..r. r..r ..r."), stab=("x..x ..x. x..x ..x.", "..x. ..x. .x.. x..."), ring=(_OFF, "..x. .... ..x. ...."), pump=True),
    Style("acid", (120, 140), (4, 4), 4, 4, (_FOUR,), (_BACK, _REST), (_REST, _SIXTEENTHS), _PERC,
          ("rr.u rr.r .rru r.ur", "r.ru .r.r ru.r .rr."), stab=(_REST, _OFF), ring=(_OFF, "..x. ..xx ..x. ..xx")),
    Style("hardtrance", (136, 150), (4, 4), 4, 4, (_FOUR,), (_REST, _BACK), (_REST, _SIXTEENTHS), _PERC,
          (".rrr .rrr .rrr .rrr", _OFF_BASS), stab=(_OFF, ".xxx .xxx .xxx .xxx"), ring=(_OFF,), pump=True),
    Style("pianohouse", (118, 130), (4, 4), 4, 4, (_FOUR,), (_BACK,), (_SIXTEENTHS, _REST), _PERC,
          ("..r. ..r. .r.. r...", "r..r ..r. .r.. ..u."), (0.0, 0.2), ("x..x ..x. .x.. x.x.", "..x. .x.x ..x. .x.."), (_OFF,), pump=True),
    Style("afrohouse", (116, 124), (4, 4), 4, 4, (_FOUR, "x... x..? x... x..."), (_REST, "...x ..x. ...x ..x."), ("x.xx x.xx x.xx x.xx", _REST),
          ("x..x ..x. x..x ..x.", "..x. x..x ..x. x.x."), ("..r. ..r. ...r ..f.", "r... ..r. ..r. ...."), stab=(_OFF, _REST), ring=(_OFF, _REST), pump=True),
    Style("handsup", (138, 148), (4, 4), 4, 4, (_FOUR,), (_BACK,), (_REST, _SIXTEENTHS), (_REST,),
          (_OFF_BASS, "..rr ..rr ..rr ..rr"), stab=("x..x ..x. x..x ..x.", _OFF), ring=(_OFF,), pump=True),
    Style("dancepop", (100, 130), (4, 4), 4, 4, (_FOUR, "x... x... x.x. x..."), (_BACK,), (_EIGHTHS, _SIXTEENTHS, _REST), _PERC,
          ("r.r. r.r. r.r. r.r.", "..r. ..r. ..r. ..r.", "r..r ..r. r..r ..r."), stab=(_OFF, "x... .... x... ...."), ring=(_OFF, _REST), pump=True),
    Style("detroit", (120, 140), (4, 4), 4, 4, (_FOUR,), (_REST, _BACK, "...x .... ..x. ...."), (_SIXTEENTHS, "..xx ..xx ..xx ..xx"), _PERC,
          ("r..r .r.. ..r. r...", "..r. .r.. r..r ...."), (0.0, 0.2), ("..x. .x.. ..x. ...x", "...x ..x. ...x ..x."), (_OFF,)),
    Style("chicago", (116, 126), (4, 4), 4, 4, (_FOUR, "x... x... x... x.x."), (_BACK, "..x. x..x ..x. x..."), (_REST, _EIGHTHS), ("..x. .x.x ..x. .xx.", _REST),
          ("r..r ..r. ..r. r...", "..r. ..r. ..r. ..rr"), (0.0, 0.4), (_OFF, "...x ...x ..x. ...."), (_OFF, "..x. ..x. ..x. .xx.")),
)  # fmt: skip


def steps_of(pattern: str) -> str:
    """The pattern without its spaces."""
    return pattern.replace(" ", "")
