"""Bytes to text: byte order marks, UTF-8, UTF-16 without a mark, and one-byte encodings of Arabic."""

from __future__ import annotations

import codecs
import re

from index.errors import UnreadableFile

_MARKS = (  # UTF-32's mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a PDF; name it .pdf"),
    (b"PK\x03\x04", "a zip or Office file; name it .zip or .docx"),
    (b"\x1f\x8b", "gzip-compressed; unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file; save it as .docx or .csv"),
    (b"\x89PNG", "an image; run text recognition (OCR) on it first"),
    (b"\xff\xd8\xff", "an image; run text recognition (OCR) on it first"),
    (b"GIF8", "an image; run text recognition (OCR) on it first"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a SQLite database; export its table to .csv or .jsonl"),
)
# A declared name comes from the file: only real character sets that keep ASCII, none of Python's
# transformations.
_CHARSET = re.compile(r"(?i)(windows|cp|ibm|iso|latin|mac|x-mac|koi8|gb|big5|euc|shift|arabic)[\w-]*\Z|asmo[-_]708\Z")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SAMPLE, _SCORED = 20_000, 4_000
# cp1256 first: it wins where the letters decide nothing. All of them read ASCII alike.
_CANDIDATES = ("cp1256", "cp1252", "iso8859-6", "mac-arabic")

_COMMON = frozenset(
    [
        "من",
        "في",
        "على",
        "إلى",
        "الى",
        "عن",
        "أن",
        "ان",
        "إن",
        "التي",
        "الذي",
        "مع",
        "هذا",
        "هذه",
        "بعد",
        "كان",
        "قال",
        "وقال",
        "بين",
        "كما",
        "أو",
        "او",
        "لا",
        "ما",
        "لم",
        "قد",
        "كل",
        "ذلك",
        "خلال",
        "وفي",
        "ومن",
        "وقد",
        "يوم",
        "که",
        "این",
        "است",
        "را",
        "با",
        "برای",
    ]
)
_ARTICLE = re.compile("[وفبك]?ال[\u0621-\u064a]|لل[\u0621-\u064a]")
# What no Arabic word has: an ending inside, a mark at the start, two vowels on one letter.
_IMPOSSIBLE = re.compile("[ةى][\u0621-\u064a]|^[\u064b-\u0652]|[\u064b-\u0650\u0652]{2}")
_ARABIC = re.compile("[\u0600-\u06ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_SCRIPTS = re.compile(
    "[\t\n\r -~\u00a0-\u024f\u0370-\u06ff\u0750-\u077f\u1e00-\u1eff"
    "\u2000-\u206f\u20a0-\u22ff\ufb50-\ufdff\ufe70-\ufefc]"
)
_EDGES = " \t.,:;!?()[]{}<>\"'«»“”‘’،؛؟…-–—/*|%0123456789=&\u00a0\u200c\u200d\u200e\u200f"


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of `data`, without a byte order mark; line ends stay as they are.

    declared: the encoding that the file claims (an HTML meta tag); it is believed where the bytes agree.
    Raises UnreadableFile if the bytes are no text.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(name, "replace"))
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise UnreadableFile(f"is not text but {what}")
    if b"\0" in data[:_SAMPLE] and (wide := _wide(data[:_SAMPLE])):
        return _checked(data.decode(wide, "replace"))
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    loose = data.decode("utf-8", "replace")
    broken = loose.count("\ufffd")
    # A damaged UTF-8 file has many whole sequences; one-byte encodings hardly make any by chance.
    if sum(map(len, re.findall("[^\x00-\x7f\ufffd]+", loose))) >= 10 * broken:
        return _checked(loose)
    return _checked(_one_byte(data, declared))


def _checked(text: str) -> str:
    controls = len(_CONTROLS.findall(text[:_SAMPLE])) + text[:_SAMPLE].count("\ufffd")
    if controls > max(1, 0.02 * min(len(text), _SAMPLE)):
        raise UnreadableFile(
            "is not text (binary, or an unknown encoding); save it as UTF-8, or name it by its real format"
        )
    return text.removeprefix("\ufeff")


def _wide(sample: bytes) -> str | None:
    """'utf-16-le' or 'utf-16-be' if the bytes read so as text of the scripts around the Mediterranean."""
    shares = {}
    for name in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) // 2 * 2].decode(name, "replace")
        shares[name] = len(_SCRIPTS.findall(text)) / max(len(text), 1)
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] > 0.95 else None


def _one_byte(data: bytes, declared: str | None) -> str:
    names = list(_CANDIDATES)
    if declared and (name := _known(declared)):
        names.insert(0, name)
    sample = data
    if len(data) > _SCORED:  # up to a space, so that no character of several bytes is cut
        sample = data[: data.rfind(b" ", 0, _SCORED) + 1] or data[:_SCORED]
    scores = {name: plausibility(text) for name in names if (text := _strictly(sample, name)) is not None}
    best: str | None = max(scores, key=lambda name: scores[name], default=None)
    if best is None or scores[best] < 0.1:
        import charset_normalizer

        guess = charset_normalizer.from_bytes(sample).best()
        if guess is not None and plausibility(str(guess)) >= (scores[best] if best else -1):
            best = guess.encoding
    if best is None:
        raise UnreadableFile("is in an unknown encoding; save it as UTF-8")
    return data.decode(best, "replace")


def _known(declared: str) -> str | None:
    if not _CHARSET.match(declared.strip()):
        return None
    try:
        name = codecs.lookup(declared.strip()).name
    except LookupError:
        return None
    return "cp1252" if name == "iso8859-1" else name  # as browsers do


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def plausibility(text: str) -> float:
    """How much the words of `text` look like words, -1 to 1, higher is better; plain ASCII does not count.

    A word counts for it if it has the Arabic article or is a common function word (other Arabic words a
    little), or is Latin with few accents and one case; it counts against it if it mixes scripts, signs and
    letters, or cases, or is what no Arabic word can be.
    """
    words = [word for raw in text.split() if not raw.isascii() and (word := raw.strip(_EDGES)) and not word.isascii()]
    return sum(map(_verdict, words)) / len(words) if words else 0.0


def _verdict(word: str) -> float:
    arabic, latin = len(_ARABIC.findall(word)), len(_LATIN.findall(word))
    if arabic:
        if latin or not all(
            c.isalpha() or c.isdecimal() or "\u064b" <= c <= "\u0670" or c in '-/.،:؛()"' for c in word
        ):
            return -1
        if _IMPOSSIBLE.search(word):
            return -1
        return 1 if word in _COMMON or _ARTICLE.match(word) else 0.2
    if latin:
        letters = re.sub(r"[\W\d_]", "", word)
        accents = sum(not c.isascii() for c in letters)
        one_case = word.islower() or word.isupper() or word.istitle() or letters[1:].islower()
        clean = all(c.isalnum() or c in "-'’.,/()\"«»&" for c in word)
        if len(letters) == 1:
            return 1 if word in "àÀ" else 0
        return 1 if clean and one_case and accents * 2 <= len(letters) else -1
    return 0 if all(c.isalpha() for c in word) else -1
