"""What the page says, in both languages of its interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from index.errors import IsnadError, Problem, QueryError
from rag.copies import standing
from rag.printing import clean
from rag.results import Citation, Hit, Verdict

Tongue = Literal["ar", "en"]
"""A language of the interface; questions, answers and articles may be in any."""
TONGUES: tuple[Tongue, ...] = get_args(Tongue)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language. In braces stands what is filled in with str.format()."""

    direction: Literal["rtl", "ltr"]
    other: str
    """The other language, as those who read it call it."""
    tagline: str
    tab_ask: str
    tab_library: str
    ask: str
    send: str
    new: str
    save: str
    """A button that saves the chat as what {kind} names."""
    theme: str
    filters: str
    since: str
    until: str
    outlets: str
    any_date: str
    start: str
    recent: str
    keys: str
    you: str
    searching: str
    writing: str
    failed: str
    problems: dict[Problem, str]
    model: str
    no_model: str
    not_asked: str
    trying: str
    answered_in: str
    completed: str
    sources: str
    source: str
    disagree: str
    disagree_here: str
    dropped: str
    written: str
    confidence: str
    refused: str
    nearest: str
    untitled: str
    copy: str
    copied: str
    close: str
    previous: str
    next: str
    place: str
    panel: str
    nothing_open: str
    before: str
    verdict: str
    word_for_word: str
    verdicts: dict[Verdict, str]
    read_at: str
    gone: str
    days: tuple[str, str, str, str]
    """Articles of two days, of one, without an end, without a beginning."""


ENGLISH = Wording(
    direction="ltr",
    other="العربية",
    tagline="Every sentence of an answer rests on a quote that you can open.",
    tab_ask="Ask",
    tab_library="Library",
    ask="Ask a question, in Arabic, English or French",
    send="Ask",
    new="New chat",
    save="Save as {kind}",
    theme="Light or dark",
    filters="Filters",
    since="Since",
    until="Until",
    outlets="Outlets",
    any_date="Take no dates from the question (“last week”)",
    start="What do you want to know?",
    recent="Ask a headline of this library",
    keys="Enter asks; the arrow keys walk the sources.",
    you="Question",
    searching="Searching …",
    writing="Being written; what is said here is not checked yet",
    failed="Something went wrong on the server, and is in its log. Ask again.",
    problems={
        "empty": "The question is empty; ask it in words, for example: What was discussed about al-Hol?",
        "date": "A date is none; write YYYY-MM-DD, for example 2023-07-16.",
        "order": "The first day is after the last one; exchange them.",
    },
    model="Answers are written by",
    no_model="nobody: quotes alone",
    not_asked="{model} has not been asked yet; choose it again to try it.",
    trying="Trying {model} …",
    answered_in="{model} answers; its first words came after {seconds} s.",
    completed="Understood as",
    sources="Sources",
    source="Source {n}",
    disagree="Sources disagree",
    disagree_here="Other sources state this differently: {numbers}",
    dropped="Left out, as its quotes do not support it",
    written="Written by {model}; each sentence was checked against its quotes",
    confidence="Confidence {share}",
    refused="Not answered",
    nearest="Nearest headlines",
    untitled="(no headline)",
    copy="Copy",
    copied="Copied",
    close="Close the article",
    previous="Previous source",
    next="Next source",
    place="{0} of {1}",
    panel="Article",
    nothing_open="Choose a number or a source, and its article opens here with the quote highlighted.",
    before="The sentence before it",
    verdict="Check",
    word_for_word="The answer is this sentence, word for word.",
    verdicts={
        "supported": "Supported by its quotes.",
        "partly": "Partly supported.",
        "unsupported": "Not supported.",
    },
    read_at="Open the original",
    gone="This article is no longer in the library.",
    days=("articles of {0} to {1}", "articles of {0}", "articles since {0}", "articles until {1}"),
)

ARABIC = Wording(
    direction="rtl",
    other="English",
    tagline="كل جملة في الجواب تستند إلى اقتباس يمكنك فتحه.",
    tab_ask="اسأل",
    tab_library="المكتبة",
    ask="اسأل بالعربية أو الإنجليزية أو الفرنسية",
    send="اسأل",
    new="محادثة جديدة",
    save="حفظ {kind}",
    theme="فاتح أو داكن",
    filters="التصفية",
    since="من تاريخ",
    until="إلى تاريخ",
    outlets="المصادر الإعلامية",
    any_date="لا تأخذ تواريخ من السؤال («الأسبوع الماضي»)",
    start="ماذا تريد أن تعرف؟",
    recent="اسأل عن عنوان من هذه المكتبة",
    keys="مفتاح الإدخال يرسل السؤال، والأسهم تتنقل بين المصادر.",
    you="السؤال",
    searching="جار البحث …",
    writing="قيد الكتابة، وما يرد هنا لم يُفحص بعد",
    failed="حدث خلل في الخادم، وهو مدوّن في سجله. أعد السؤال.",
    problems={
        "empty": "السؤال فارغ؛ اكتبه بكلمات، مثل: ماذا بُحث عن مخيم الهول؟",
        "date": "التاريخ غير صحيح؛ اكتبه بصيغة YYYY-MM-DD، مثل 2023-07-16.",
        "order": "اليوم الأول بعد اليوم الأخير؛ بدّل بينهما.",
    },
    model="من يكتب الأجوبة",
    no_model="لا أحد: الاقتباسات وحدها",
    not_asked="لم يُسأل {model} بعد؛ اختره من جديد لتجربته.",
    trying="جار تجربة {model} …",
    answered_in="{model} يجيب، وجاءت أولى كلماته بعد {seconds} ثانية.",
    completed="فُهم السؤال هكذا",
    sources="المصادر",
    source="المصدر {n}",
    disagree="تتعارض المصادر",
    disagree_here="مصادر أخرى تذكر غير ذلك: {numbers}",
    dropped="حُذف لأن الاقتباسات لا تدعمه",
    written="كتبه {model}، وفُحصت كل جملة على اقتباساتها",
    confidence="الثقة {share}",
    refused="لا جواب",
    nearest="أقرب العناوين",
    untitled="(بلا عنوان)",
    copy="نسخ",
    copied="تم النسخ",
    close="إغلاق المقال",
    previous="المصدر السابق",
    next="المصدر التالي",
    place="{0} من {1}",
    panel="المقال",
    nothing_open="اختر رقما أو مصدرا، فيُفتح مقاله هنا والاقتباس مظلل فيه.",
    before="الجملة السابقة",
    verdict="الفحص",
    word_for_word="الجواب هو هذه الجملة حرفيا.",
    verdicts={"supported": "تدعمه اقتباساته.", "partly": "مدعوم جزئيا.", "unsupported": "غير مدعوم."},
    read_at="افتح الأصل",
    gone="لم يعد هذا المقال في المكتبة.",
    days=("مقالات من {0} إلى {1}", "مقالات بتاريخ {0}", "مقالات منذ {0}", "مقالات حتى {1}"),
)

WORDING: dict[Tongue, Wording] = {"ar": ARABIC, "en": ENGLISH}

_NOUNS: dict[Literal["article", "outlet"], tuple[str, str, str, str]] = {
    "article": ("مقال", "مقالان", "مقالين", "مقالات"),
    "outlet": ("مصدر إعلامي", "مصدران إعلاميان", "مصدرين إعلاميين", "مصادر إعلامية"),
}
_ACCUSATIVE = {"مقال": "مقالا", "مصدر إعلامي": "مصدرا إعلاميا"}


def told(error: Exception, say: Wording) -> str:
    """What went wrong, in the language of the interface where it is a mistake that a reader can make."""
    if isinstance(error, QueryError) and error.problem:
        return say.problems[error.problem]
    return str(error) if isinstance(error, IsnadError) else say.failed


def tongue(preferred: str | None) -> Tongue:
    """The language of the interface for a browser's language tag ('ar-IQ'); English if it is none of ours."""
    return "ar" if (preferred or "").lower().startswith("ar") else "en"


def count(number: int, noun: Literal["article", "outlet"], language: Tongue, *, behind: bool = False) -> str:
    """A number of things, in the form of the noun that the number asks for; behind: it stands behind a preposition.

    >>> count(1, "article", "en"), count(1200, "outlet", "en")
    ('1 article', '1,200 outlets')
    >>> count(2, "article", "ar"), count(2, "article", "ar", behind=True), count(5, "article", "ar")
    ('مقالان', 'مقالين', '5 مقالات')
    """
    if language == "en":
        return f"{number:,} {noun}" + ("" if number == 1 else "s")
    one, two, two_behind, several = _NOUNS[noun]
    if number == 1:
        return one
    if number == 2:
        return two_behind if behind else two
    last = number % 100
    return f"{number:,} " + (several if 3 <= last <= 10 else _ACCUSATIVE[one] if last > 10 else one)


def stands(place: Hit | Citation, language: Tongue) -> str:
    """In how many articles and outlets the report of `place` stands; '' for an article that is alone."""
    if language == "en" or place.articles == 1:
        return standing(place)
    outlets = f" من {count(place.outlets, 'outlet', 'ar', behind=True)}" if place.outlets else ""
    return f"في {count(place.articles, 'article', 'ar', behind=True)}{outlets}"


def days(since: str | None, until: str | None, understood: str | None, language: Tongue) -> str:
    """The days that a question was asked of, and the words of it that said so; '' where it was asked of all.

    >>> days("2015-07-01", "2015-07-31", "in July 2015", "en")
    'articles of 2015-07-01 to 2015-07-31 (“in July 2015”)'
    """
    if not (since or until):
        return ""
    both, day, after, before = WORDING[language].days
    form = day if since == until else after if not until else both if since else before
    said = f" (“{clean(understood)}”)" if understood else ""
    return form.format(since, until) + said
