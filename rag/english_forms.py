"""English words that are forms of one another: which of them a reader should be shown, and which are one."""

from __future__ import annotations

from functools import cache

from index.tokens import stem

_IRREGULAR = (
    "be was were been is are;become became;begin began begun;bear bore borne born;break broke broken;bring brought;"
    "build built;buy bought;catch caught;choose chose chosen;come came;draw drew drawn;drive drove driven;"
    "eat ate eaten;fall fell fallen;feel felt;fight fought;find found;flee fled;fly flew flown;forget forgot forgotten;"
    "freeze froze frozen;get got gotten;give gave given;go went gone;grow grew grown;hear heard;hide hid hidden;"
    "hold held;keep kept;know knew known;lay laid;lead led;leave left;lend lent;"
    "lose lost;make made;mean meant;meet met;pay paid;"
    "ride rode ridden;rise rose risen;run ran;say said;see saw seen;seek sought;sell sold;send sent;shoot shot;"
    "show shown;sing sang sung;sink sank sunk;sit sat;sleep slept;speak spoke spoken;spend spent;stand stood;"
    "steal stole stolen;strike struck stricken;swear swore sworn;swim swam swum;take took taken;teach taught;tell told;"
    "think thought;throw threw thrown;understand understood;wake woke woken;wear wore worn;win won;withdraw withdrew"
    " withdrawn;write wrote written;deny denied;die died dead;high higher highest;low lower lowest;big bigger biggest;"
    "large larger largest;great greater greatest;old older oldest;new newer newest;strong stronger strongest;"
    "child children;man men;woman women;thief thieves;fisherman fishermen;spokesman spokesmen;crisis crises;life lives;"
    "wife wives;foot feet;deny denial;destroy destruction;decide decision;invade invasion;die death;choose choice"
)
_ENDINGS = ("ation", "ition", "ment", "ion", "er", "or", "e", "al")
_COMMON = 5
"""Letters that words have in common at least which differ in such an ending alone."""
_NOT_SHOWN = frozenset(("death", "dead", "denial", "destruction", "decision", "invasion", "choice"))  # nouns stay nouns


def plain(word: str) -> str:
    """The form of an irregular English word that dictionaries list; other words as they are.

    >>> plain("rose"), plain("children"), plain("Highest"), plain("decision"), plain("negotiations")
    ('rise', 'child', 'high', 'decision', 'negotiations')
    """
    low = word.lower()
    return word if low in _NOT_SHOWN else _forms().get(low, word)


def root(word: str) -> str:
    """What the forms of one English word share, and the nouns that are made of it.

    >>> root("negotiate") == root("negotiations"), root("rose") == root("risen"), root("party") == root("part")
    (True, True, False)
    """
    low = word.lower()
    found = stem(_forms().get(low, low))
    for ending in _ENDINGS:
        if found.endswith(ending) and len(found) - len(ending) >= _COMMON:
            return found[: -len(ending)]
    return found


@cache
def _forms() -> dict[str, str]:
    found = {}
    for group in _IRREGULAR.split(";"):
        first, *others = group.split()
        found.update(dict.fromkeys(others, first))
    return found
