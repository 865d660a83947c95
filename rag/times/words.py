"""Time words: how Arabic, English and French say when. The shapes are those of rag/times/grammar.py."""

from __future__ import annotations

from functools import cache

from index.calendars import Language
from rag.times.grammar import Grammar, compiled


@cache
def grammar(language: Language) -> Grammar:
    """The time expressions of a language."""
    return {"ar": _arabic, "en": _english, "fr": _french}[language]()


def _english() -> Grammar:
    part = "(?:(?:the )?PART[ -](?:of )?)?"
    return compiled(
        "en",
        relations={
            "since": "(?:ever )?since |starting (?:in|from|on) ",
            "after": "after ",
            "before": "(?:before|prior to) ",
            "until": "(?:until|till|up to) ",
            "by": "by ",
            "between": "(?:in the (?:period|years) )?between ",
            "from": "(?:in the (?:period|years) )?from ",
            "on": "on ",
            "in": "(?:in|during|throughout|over|within) "
            "|(?:(?<=news )|(?<=articles )|(?<=reports )|(?<=stories )|(?<=headlines ))(?:of|from) ",
        },
        joints={"between": " and ", "from": " (?:to|until|till|through) "},
        points=(
            "ISO",
            r"(?:WEEKDAY,? )?(?:the )?DAY(?:st|nd|rd|th)? (?:of )?SHORTMONTH(?:,? YEAR| (?:of )?OFSIDE)?",
            r"(?:WEEKDAY,? )?SHORTMONTH DAY(?:st|nd|rd|th)?(?!\d)(?:,? YEAR| (?:of )?OFSIDE)?",
            rf"{part}(?P<head>the month of )?SHORTMONTH,? (?:of )?YEAR",
            rf"{part}(?P<head>the month of )?MONTH(?: (?:of )?OFSIDE)?",
            r"(?:the )?PART (?:of )?OFSIDE",
            rf"{part}(?:the year )?YEAR(?! COUNTED)",
        ),
        relatives=(
            "(?<!is )(?<!are )(?<!than )WORD",
            "(?:the )?(?:last|past) NUMBER UNIT(?! of)",
            "(?:the )?PART (?:of )?SIDE UNIT",
            "SIDE UNIT(?! of)",
            "SIDE MONTH",
            "(?:NUMBER|an?) UNIT ago(?P<ago>)",
        ),
        lasting="NUMBER UNIT(?! of)",
        barred="'s(?! (?:news|articles?|headlines?|reports?|stories|papers?))|s' | (?:of )?(?:the )?next "
        "| of (?:what|which) | (?:and|or) (?:\\d|MONTHS)",
        happening="happen(?:s|ed|ing)?|news|headlines?|reports?|did|was|were|said|announced",
        weekdays="(?:mon|tues|wednes|thurs|fri|satur|sun)day",
        counted="people|person|men|women|children|village|town|city|cities|house|home|family|families|case|dead|death|soldier"
        "|troop|fighter|dollar|euro|pound|km|kilometre|kilometer|mile|metre|meter|school|car|refugee|migrant|job|worker"
        "|ton|tonne|hour|day|week|month|year|percent|copy|copies|visitor|voter|vote|seat",
        hijri="ah|a\\.h\\.|hijri",
        doubtful="may march august",
        words={0: "today", -1: "yesterday", -2: "the_day_before_yesterday"},
        numbers="one two three four five six seven eight nine ten eleven twelve".split(),
        units={"day": "day days", "week": "week weeks", "month": "month months", "year": "year years"},
        sides={"last": "last", "this": "this", "past": "past the_past the_last this_past"},
        ofsides={"last": "last_year", "this": "this_year the_year"},
        parts=("early beginning start", "mid middle", "late end"),
    )


def _french() -> Grammar:
    part = "(?:(?:le |la )?PART(?: de | d'| du | |-))?"
    month_of = "(?P<head>(?:le |du |au )?mois d(?:e |'))?"
    return compiled(
        "fr",
        relations={
            "since": "depuis |a (?:partir|compter) d(?:e |u |')",
            "after": "apres ",
            "before": "avant ",
            "until": "jusqu'(?:en |a |au |a la |(?=au|hier|a))",
            "between": "entre ",
            "from": "d(?:e |u |')",
            "on": "le ",
            "in": "(?:en|pendant|durant|courant|au cours de|au cours du|au|dans) "
            "|(?:(?<=actualites )|(?<=nouvelles )|(?<=articles ))d(?:e |u |')"
            "|(?=(?:debut|mi|fin)[ -](?:MONTHS|\\d{4}))",
        },
        joints={"between": " et ", "from": " (?:a|au|jusqu'a|jusqu'au|jusqu'en) "},
        points=(
            "ISO",
            r"(?:le )?(?:WEEKDAY )?DAY(?:er)? SHORTMONTH(?: YEAR| de OFSIDE)?",
            rf"{part}{month_of}SHORTMONTH (?:de )?YEAR",
            rf"{part}{month_of}MONTH(?: SIDE)?(?: de OFSIDE)?",
            r"(?:le |la )?PART(?: de)? OFSIDE",
            rf"{part}(?:l'annee |l'an )?YEAR(?! COUNTED)",
        ),
        relatives=(
            "WORD",
            "(?:les |ces |des )?NUMBER derni(?:er|ere)s UNIT",
            "(?:les |ces |des )?derni(?:er|ere)s NUMBER UNIT",
            "(?:le |la )?PART (?:de |du |d')?(?:la |le |l'|cette |ce )?UNIT SIDE",
            "(?:la |le |l')UNIT SIDE(?! d[eu'])",
            "(?P<side>cette|ce|cet) UNIT(?:-ci)?(?!-la| d[eu']| dernier)",
            "MONTH SIDE",
            "il y a (?:environ )?NUMBER UNIT(?! (?:d[eu']|que|et ))(?P<ago>)",
        ),
        lasting="(?:environ )?NUMBER UNIT(?! (?:d[eu']|et ))",
        barred=" (?:prochain|suivant)| de quel| (?:et|ou) (?:\\d|MONTHS)",
        happening="passe|passes|arrive|actualites?|nouvelles?|infos?|annonce|dit|ete|titres",
        weekdays="(?:lun|mar|mercre|jeu|vendre|same)di|dimanche",
        counted="personne|habitant|homme|femme|enfant|village|ville|maison|famille|cas|mort|blesse|soldat|dollar|euro|km"
        "|kilometre|metre|ecole|refugie|migrant|emploi|tonne|heure|jour|semaine|mois|an|annee",
        hijri="de l'hegire|hegire",
        doubtful="",
        words={0: "aujourd'hui", -1: "hier", -2: "avant-hier avant_hier"},
        numbers=("un une", *"deux trois quatre cinq six sept huit neuf dix onze douze".split()),
        units={"day": "jour jours", "week": "semaine semaines", "month": "mois", "year": "an ans annee annees"},
        sides={"last": "dernier derniere passe passee", "this": "cette ce cet"},
        ofsides={
            "last": "l'an_dernier l'an_passe l'annee_derniere l'annee_passee",
            "this": "cette_annee l'annee_en_cours l'annee",
        },
        parts=("debut", "mi milieu", "fin"),
    )


def _arabic() -> Grammar:
    part = "(?:PART )?"
    after_count = "(?! من(?! الآن(?!\\w))| و| ال| \\d)"
    about = "(?:نحو |حوالي |قرابة )?"
    year = "(?P<yearhead>(?:ال)?(?:عام|سنة|عامي|سنتي) )?YEAR"
    several = "(?!يوم|أيام|أسابيع|أشهر|شهور|أعوام|سنوات|سنين|ال)"  # "months ago" says nothing
    one = "(?!الأيام|الأسابيع|الأشهر|الشهور|الأعوام|السنوات|السنين)"
    gone = "(?:الماضية|الأخيرة|المنصرمة|الفائتة)"
    return compiled(
        "ar",
        relations={
            "since": "[وف]?(?:منذ|مذ|ابتداء من|بدءا من|اعتبارا من|انطلاقا من) ",
            "after": "[وف]?(?:بعد|عقب) ",
            "before": "[وف]?(?:قبل|قبيل) ",
            "until": "[وف]?(?:حتى|لغاية|إلى غاية) ",
            "between": "[وف]?(?:(?:في|خلال) )?(?:(?:الفترة|المدة) )?(?:(?:الواقعة|الممتدة) )?(?:ما )?بين ",
            "from": "[وف]?(?:(?:في|خلال) )?(?:(?:الفترة|المدة) )?(?:الممتدة )?من ",
            "on": "[وف]?(?:في |ب)?(?:يوم|تاريخ) ",
            "in": "[وف]?(?:(?:في غضون|في|خلال|أثناء|طوال|طيلة) |(?P<clitic>ب)(?=\\w))"
            "|[وف]?(?=(?:ال)?(?:عام|سنة) \\d{4})|(?=شهر (?:MONTHS) \\d{4})|(?<=أخبار )|(?<=مقالات )|(?<=تقارير )",
        },
        joints={"between": " و ?", "from": " و?(?:إلى|حتى|لغاية) "},
        points=(
            "ISO",
            rf"(?:WEEKDAY ?،? )?DAY (?:من )?(?P<head>شهر |شهري )?MONTH(?:[،,]? (?:من )?{year}|(?: من)? OFSIDE)?",
            rf"{part}(?P<head>شهر |شهري )?MONTH[،,]? (?:من )?{year}",
            rf"{part}(?P<head>شهر |شهري )?MONTH(?: المبارك| الكريم| الفضيل)?(?: SIDE)?(?:(?: من)? OFSIDE)?",
            "PART OFSIDE",
            rf"{part}{year}(?! COUNTED)",
        ),
        relatives=(
            "[وف]?(?:(?:يوم|مساء|صباح|ليلة|فجر|ظهر|عصر) )?WORD(?! الحاجة)",
            # 'اليوم' is 'the day' too, and the name of papers and channels.
            "(?<!في )(?<!هذا )(?<!ذلك )(?<!إلى )(?<!روسيا )(?<!المصري )(?<!صحيفة )(?<!جريدة )(?<!قناة )(?<!موقع )"
            "(?P<today>اليوم)(?= ?(?:[؟?.!،,؛]|$)| (?:في|على|من|إلى|عن|بين|بشأن|حول) )",
            "(?P<side>هذا|هذه) UNIT",
            f"PART {one}UNIT SIDE",
            "PART (?P<side>هذا|هذه) UNIT",
            f"{one}UNIT SIDE",
            f"UNIT (?:ال)?NUMBER {gone}",
            f"(?:ال)?NUMBER UNIT {gone}",
            "PAIR (?:الماضيين|الأخيرين|المنصرمين|الفائتين|الماضيتين|الأخيرتين)",
            "آخر (?:NUMBER UNIT|PAIR)",
            f"[وف]?قبل {about}(?:(?:NUMBER |{several})UNIT|PAIR){after_count}(?P<ago>)",
        ),
        lasting=f"{about}(?:(?:NUMBER |{several})UNIT|PAIR){after_count}",
        barred=" (?:ال)?(?:مقبل|قادم|تالي|لاحق|آتي)ة?(?!\\w)| من أي | و(?:اليوم|هذا|هذه) | (?:و ?|أو )(?:\\d|MONTHS)",
        happening="حدث|حدثت|جرى|جرت|وقع|وقعت|حصل|حصلت|صار|أخبار|قال|قالت|أعلن|أعلنت|صرح|صرحت|نشر|قتل|أهم|أبرز|عناوين",
        weekdays="(?:ال)?(?:سبت|أحد|اثنين|إثنين|ثلاثاء|أربعاء|خميس|جمعة)",
        counted="شخص|قتيل|جريح|قرية|مدينة|منزل|أسرة|عائلة|حالة|جندي|مقاتل|عنصر|دولار|يورو|ليرة|دينار|كيلومتر|كلم|متر|مدرسة"
        "|لاجئ|نازح|وظيفة|طن|ساعة|يوم|نسمة|مواطن|سيارة|صاروخ|وحدة|طفل|امرأة|رجل|مليون|فرد|موظف|عامل",
        hijri="ه|هجرية?|للهجرة",
        doubtful="ماي اب اوت جوان صفر رجب شعبان محرم",
        words={
            -1: "أمس بالأمس الأمس البارحة امبارح مبارح",
            -2: "أول_من_أمس أول_أمس أمس_الأول أول_البارحة أول_امبارح",
        },
        numbers=(
            "واحد واحدة",
            "اثنين اثنان",
            *(f"{n} {n}ة" for n in "ثلاث أربع خمس ست سبع ثماني تسع عشر".split()),
            "أحد_عشر إحدى_عشرة",
            "اثني_عشر اثنتي_عشرة",
        ),
        units={
            "day": "يوم يوما أيام الأيام",
            "week": "أسبوع أسبوعا أسابيع الأسبوع الأسابيع",
            "month": "شهر شهرا أشهر شهور الشهر الأشهر الشهور",
            "year": "عام عاما أعوام سنة سنوات سنين العام السنة الأعوام السنوات السنين",
        },
        pairs={
            "day": "يومين اليومين",
            "week": "أسبوعين الأسبوعين",
            "month": "شهرين الشهرين",
            "year": "عامين العامين سنتين السنتين",
        },
        sides={
            "last": "الماضي الماضية المنصرم المنصرمة الفائت الفائتة",
            "this": "الجاري الجارية الحالي الحالية هذا هذه",
        },
        ofsides={
            "last": "العام_الماضي السنة_الماضية العام_المنصرم السنة_المنصرمة العام_الفائت السنة_الفائتة",
            "this": "العام_الجاري العام_الحالي السنة_الجارية السنة_الحالية هذا_العام هذه_السنة العام السنة",
        },
        parts=("بداية مطلع أوائل مستهل", "منتصف أواسط", "نهاية أواخر ختام"),
    )
