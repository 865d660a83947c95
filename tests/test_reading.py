"""Reading good input: every format gives its article, with all that the file says of it."""

import io
import json
import os
import re
import zipfile
from pathlib import Path

import pytest

from index.article import Article
from index.errors import ArticleError
from index.reading import Failure, read

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("ISNAD_DATA") or ROOT / "../shared/data")
TITLE = "افتتاح جسر جديد على نهر دجلة"
BODY = "افتتحت وزارة الإعمار جسرا جديدا على نهر دجلة في بغداد. " + (
    "وقال المتحدث باسم الوزارة إن الجسر يخدم سكان الضفتين."
)


def articles(*paths, **options):
    found = list(read(paths, **options))
    assert not [f for f in found if isinstance(f, Failure)], found
    return found


def one(path, **options):
    (article,) = articles(path, **options)
    return article


def put(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def put_json(path, value):
    return put(path, json.dumps(value, ensure_ascii=False))


def stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def assembled(*objects: str) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def pdf(*pages: str) -> bytes:
    """A small PDF, written by hand: one Helvetica text stream a page, or none."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in pages:
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in page.split("\n"))
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects) + 2} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(stream(f"BT /F1 12 Tf 72 720 Td {shown} ET" if page else ""))
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return assembled(*objects)


def arabic_pdf(lines) -> bytes:
    """A PDF whose lines are stored letter by letter as given, in a font that only says which letters they are."""
    ranges = "2 beginbfrange <0000> <00FF> <0000> <0600> <06FF> <0600> endbfrange"
    cmap = f"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange {ranges} endcmap"
    shown = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -14 Td" for line in lines)
    font = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [5 0 R] /ToUnicode 6 0 R >>"
    inner = "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 500 /FontDescriptor << /Type /FontDescriptor >> >>"
    return assembled(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [7 0 R] /Count 1 >>",
        stream(f"BT /F1 12 Tf 72 720 Td {shown} ET"),
        font,
        inner,
        stream(cmap),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 3 0 R "
        "/Resources << /Font << /F1 4 0 R >> >> >>",
    )


def docx_bytes(*paragraphs, table=()):
    import docx

    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, values in enumerate(table):
            for column, value in enumerate(values):
                grid.cell(row, column).text = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def page(head="", body=BODY, lang="ar"):
    article = f"<article><h1>{TITLE}</h1>" + f"<p>{body}</p>" * 3 + "</article>"
    frame = '<nav><a href="/">الرئيسية</a></nav>', "<footer>جميع الحقوق محفوظة</footer>"
    head = f"<head><title>{TITLE}</title>{head}</head>"
    return f'<!doctype html><html lang="{lang}">{head}<body>{article.join(frame)}</body></html>'


# -- plain text ----------------------------------------------------------------------------------------------


def test_the_seed_article_is_itself():
    seed = next((ROOT / "seeds").glob("*.txt"))
    article = one(ROOT / "seeds")
    assert article.text == seed.read_text("utf-8")
    assert article.id == seed.resolve().as_posix()
    assert article.title == article.text.split("\n")[0]
    assert article.language == "ar"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256", "iso8859-6"]
)
def test_every_encoding_of_an_arabic_archive_gives_the_same_text(tmp_path, encoding):
    text = f"{TITLE}\r\n\r\n{BODY}\r\n"
    assert one(put(tmp_path / "a.txt", text.encode(encoding))).text == text.replace("\r\n", "\n")


@pytest.mark.parametrize("length", [15, 40, 100, 200])
def test_short_windows_1256_text_is_not_mistaken(tmp_path, length):
    text = BODY * 2
    for start in range(0, 100, 7):
        piece = text[start : start + length].strip()
        assert one(put(tmp_path / "a.txt", piece.encode("cp1256"))).text == piece


def test_french_of_a_western_encoding(tmp_path):
    text = "L'été dernier, Élise a déclaré « ça va » à l'hôpital. Où est passé l'âge d'or ?"
    assert one(put(tmp_path / "a.txt", text.encode("cp1252"))).text == text


def test_a_damaged_utf8_file_stays_arabic(tmp_path):
    data = (BODY * 5).encode()
    text = one(put(tmp_path / "a.txt", data[:101] + b"\xff" + data[101:])).text
    assert text.count("\ufffd") <= 3
    assert BODY in text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"{TITLE}\n\n{BODY}", TITLE),
        (f"\n\n{TITLE}\n{BODY}", TITLE),
        ("Will the bridge hold?\n\nEngineers say it will.", "Will the bridge hold?"),
        (BODY, ""),
        (TITLE, ""),
        (f"{BODY}\n\n{BODY}", ""),
        (f"{TITLE * 8}\n\n{BODY}", ""),
        (
            "The ministry opened a new bridge over the river on\nthe edge of town, and people walked.",
            "",
        ),
        ("2015-07-21\n\nText of the day.", ""),
    ],
)
def test_a_title_is_a_first_line_that_looks_like_one(tmp_path, text, title):
    article = one(put(tmp_path / "a.txt", text))
    assert (article.title, article.text) == (title, text)


def test_lines_below_the_title_give_the_fields_and_stay_in_the_text(tmp_path):
    text = f"{TITLE}\nالتاريخ: ٢١ تموز/يوليو ٢٠١٥\nالمصدر: جريدة النهر\nالكاتب: سعاد علي\n\n{BODY}"
    article = one(put(tmp_path / "a.txt", text))
    assert (article.title, article.date, article.source, article.author) == (
        TITLE,
        "2015-07-21",
        "جريدة النهر",
        "سعاد علي",
    )
    assert article.text == text


def test_words_with_a_colon_in_the_body_are_no_fields(tmp_path):
    article = one(put(tmp_path / "a.txt", f"{TITLE}\n\nقال الوزير كلمة.\n\nالمصدر: مجهول"))
    assert article.source is None


def test_markdown_front_matter_is_taken_off(tmp_path):
    head = f'title: "{TITLE}"\ndate: 2015-07-21\nsource: النهر\nurl: https://nahr.example/1\ntags: [a]\n'
    article = one(put(tmp_path / "a.md", f"---\n{head}---\n\n# عنوان\n\n{BODY}\n"))
    assert (article.title, article.date, article.source) == (TITLE, "2015-07-21", "النهر")
    assert article.url == "https://nahr.example/1"
    assert article.text == f"# عنوان\n\n{BODY}\n"
    assert one(put(tmp_path / "b.md", f"# {TITLE}\n\n{BODY}\n")).title == TITLE


# -- pages and documents -------------------------------------------------------------------------------------


def test_an_html_page_gives_text_and_metadata(tmp_path):
    head = (
        '<meta property="og:site_name" content="النهر"><meta name="author" content="سعاد علي">'
        '<meta property="article:published_time" content="2015-07-21T10:00:00+03:00">'
        '<link rel="canonical" href="https://www.nahr.example/news/1">'
    )
    article = one(put(tmp_path / "a.html", page(head)))
    assert BODY in article.text
    assert "الرئيسية" not in article.text
    assert (article.title, article.date, article.source) == (TITLE, "2015-07-21", "النهر")
    assert (article.author, article.url, article.language) == (
        "سعاد علي",
        "https://www.nahr.example/news/1",
        "ar",
    )


@pytest.mark.parametrize("encoding", ["windows-1256", "iso-8859-6", "utf-8"])
def test_a_page_says_its_encoding(tmp_path, encoding):
    for head in (
        f'<meta charset="{encoding}">',
        f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}">',
    ):
        assert BODY in one(put(tmp_path / "a.htm", page(head).encode(encoding))).text


def test_a_page_that_says_a_wrong_encoding_or_language_is_not_believed(tmp_path):
    wrong = page('<meta charset="iso-8859-1">', lang="en").encode("windows-1256")
    article = one(put(tmp_path / "a.html", wrong))
    assert BODY in article.text
    assert article.language == "ar"
    hostile = page('<meta charset="unicode_escape">').encode("windows-1256")
    assert BODY in one(put(tmp_path / "a.html", hostile)).text


def test_a_date_in_the_running_text_is_not_the_page_s_date(tmp_path):
    assert (
        one(put(tmp_path / "a.html", page(body="In May 12, 1998 a law was passed that concerns all bridges."))).date
        is None
    )


def test_pdf_lines_become_paragraphs(tmp_path):
    lines = (
        "The ministry opened a new bridge over the river on Mon-",
        "day, and people of both banks walked over it.",
    )
    text = "\n".join(["A bridge opens", *lines, "It cost little."])
    article = one(put(tmp_path / "a.pdf", pdf(text, "Second page.")))
    joined = "".join(lines).replace("Mon-", "Mon")
    assert article.text.split("\n") == ["A bridge opens", joined, "It cost little.", "", "Second page."]
    assert article.title == "A bridge opens"
    assert article.language == "en"


def test_printed_forms_of_arabic_letters_become_letters():
    from index.reading.documents import paragraphs

    assert paragraphs("ﻋﻠﻢ") == "علم"


@pytest.mark.parametrize("stored", ["from the left", "from the right"])
def test_arabic_in_a_pdf_comes_out_in_reading_order(tmp_path, stored):
    lines = [TITLE, "افتتحت الوزارة الجسر على النهر.", "وقال الوزير إن الجسر يخدم سكان المدينة."]
    drawn = [line[::-1] if stored == "from the left" else line for line in lines]
    assert one(put(tmp_path / "a.pdf", arabic_pdf(drawn))).text.split("\n") == lines


def test_numbers_in_a_turned_line_stay_in_their_places():
    from index.reading.documents import paragraphs

    line = "قال الوزير إن الجسر افتتح عام 2015 بحضور وفد من NATO في المدينة"
    backwards = re.sub("[^0-9A-Za-z]+", lambda run: run.group()[::-1], line)
    assert paragraphs(backwards) == paragraphs(line) == line


def test_docx_paragraphs_and_tables_in_order(tmp_path):
    data = docx_bytes(TITLE, "التاريخ: 21/07/2015", BODY, table=[["المدينة", "الطول"], ["بغداد", "400 متر"]])
    article = one(put(tmp_path / "a.docx", data))
    assert article.text.split("\n") == [
        TITLE,
        "التاريخ: 21/07/2015",
        BODY,
        "المدينة | الطول",
        "بغداد | 400 متر",
    ]
    assert (article.title, article.date) == (TITLE, "2015-07-21")


# -- records -------------------------------------------------------------------------------------------------

NAMES = [
    ("title", "content", "date_extracted", "source", "url", "author"),
    ("headline", "articleBody", "datePublished", "publisher", "link", "authors"),
    ("Title", "BODY", "pubDate", "Outlet", "canonical_url", "byline"),
    ("title_ar", "full_text", "published_at", "sitename", "Link", "creator"),
    ("name", "description", "timestamp", "site", "url", "Author"),
    ("العنوان", "النص", "تاريخ النشر", "المصدر", "الرابط", "الكاتب"),
]
VALUES = TITLE, BODY, "2015-07-21 02:51:32", "النهر", "u", "سعاد"
PLAIN = dict(zip(NAMES[0], VALUES, strict=True))
NAMED = [
    *(dict(zip(names, VALUES, strict=True)) for names in NAMES),
    PLAIN | {"source": {"name": "النهر"}, "author": [{"name": "سعاد"}]},
    PLAIN | {"title": {"rendered": TITLE}, "content": {"rendered": f"<p>{BODY}</p>\n"}, "author": ["سعاد"]},
    PLAIN | {"date_extracted": {"$date": {"$numberLong": "1437504693000"}}, "content": "", "text": BODY},
    PLAIN | {"date_extracted": "أمس", "created_at": 1437504693, "summary": "ملخص"},
    {"_index": "news", "_source": PLAIN},
]


@pytest.mark.parametrize("record", NAMED)
def test_the_field_names_of_real_archives(tmp_path, record):
    path = put_json(tmp_path / "a.json", [record])
    expected = Article(f"{path.resolve().as_posix()}#u", BODY, TITLE, "2015-07-21", "النهر", "u", "ar", "سعاد")
    assert one(path) == expected


@pytest.mark.parametrize(
    "wrap",
    [
        lambda rows: rows,
        lambda rows: {"articles": rows},
        lambda rows: {"status": "ok", "Data": rows},
        lambda rows: {"response": {"docs": rows}},
        lambda rows: {"hits": {"hits": [{"_source": row} for row in rows]}},
        lambda rows: {"title": "export", "description": "all of it", "items": rows},
    ],
)
def test_arrays_are_found_where_exports_put_them(tmp_path, wrap):
    path = put_json(tmp_path / "a.json", wrap([{"id": n, "text": f"نص {n}"} for n in range(3)]))
    assert [a.id.rpartition("#")[2] for a in articles(path)] == ["0", "1", "2"]


def test_one_object_is_one_article_named_after_its_file(tmp_path):
    path = put_json(tmp_path / "a.json", {"title": TITLE, "text": BODY, "items": []})
    assert one(path).id == path.resolve().as_posix()


def test_lines_of_objects_under_the_name_json(tmp_path):
    path = put(tmp_path / "a.json", '{"text": "one"}\n{"text": "two"}\n')
    assert [a.text for a in articles(path)] == ["one", "two"]


def test_fields_can_be_named_and_nested(tmp_path):
    path = put_json(
        tmp_path / "a.json",
        [{"payload": {"body": BODY, "heads": ["x", TITLE]}, "text": "not this", "when": "21/7/2015"}],
    )
    article = one(path, fields={"text": "payload.body", "title": "payload.heads.1", "date": "when"})
    assert (article.text, article.title, article.date) == (BODY, TITLE, "2015-07-21")


def test_a_field_that_articles_do_not_have_is_refused_at_once():
    with pytest.raises(ArticleError, match="'body' is no field of an article; there are: id, title, text"):
        read([], fields={"body": "text"})


def test_ids_tell_the_records_of_a_file_apart_and_stay(tmp_path):
    rows = [
        {"id": "7"},
        {"id": "7", "url": "u"},
        {"url": "u"},
        {},
        {"id": "7#2"},
        {"id": "7"},
        {"_id": {"$oid": "abc"}},
        {"id": " a\nb "},
    ]
    path = put_json(tmp_path / "a.json", [row | {"text": f"text {n}"} for n, row in enumerate(rows)])
    found = articles(path)
    keys = [a.id.removeprefix(f"{path.resolve().as_posix()}#") for a in found]
    assert keys == ["7", "7#2", "u", "4", "7#2#2", "7#3", "abc", "a b"]
    assert articles(path) == found


def test_ids_of_files_members_and_records_never_meet(tmp_path):
    put_json(tmp_path / "r.json", [{"id": "k.txt", "text": "record"}])
    put(tmp_path / "r.json#k.txt", "file")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("m.txt", "member")
        archive.writestr("m.json", '[{"id": 1, "text": "member record"}]')
    put(tmp_path / "z.zip!m.txt", "file beside")
    put(tmp_path / "n\\n.txt", "backslash")
    put(tmp_path / "n\n.txt", "newline")
    found = articles(tmp_path)
    assert len({a.id for a in found}) == len(found) == 7
    assert all("\n" not in a.id for a in found)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1256", "utf-16"])
def test_csv_of_every_delimiter_and_encoding(tmp_path, delimiter, encoding):
    body = f'سطر أول، "مقتبس"{delimiter}\nسطر ثان, وآخر; وآخر'
    rows = [["Title", "Content", "Date"], [TITLE, body, "21/07/2015"], ["ثان", BODY, ""]]
    text = "\r\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    first, second = articles(put(tmp_path / "a.csv", text.encode(encoding)))
    assert (first.title, first.text, first.date) == (TITLE, body, "2015-07-21")
    assert (second.title, second.text, second.date) == ("ثان", BODY, None)


def test_csv_with_excel_s_first_line_and_a_huge_cell(tmp_path):
    huge = "كلمة " * 100_000
    assert one(put(tmp_path / "a.csv", f"sep=;\r\ntitle;text\r\nt;{huge}\r\n")).text == huge


def test_html_in_a_field_goes_and_what_only_looks_like_it_stays(tmp_path):
    html = f"<div><p>{BODY}</p><script>var x = 1;</script>"
    html += "<p>قال &quot;نعم&quot;<br/>ثم <b>سك</b>ت &amp; مضى</p></div>"
    plain = "if a < b and c > d & e, see <http://x.example> or <sic>; AT&T"
    path = put_json(
        tmp_path / "a.json", [{"text": html}, {"text": plain}, {"text": "قال &#8220;نعم&#8221;&nbsp;ثم مضى"}]
    )
    assert [a.text for a in articles(path)] == [f'{BODY}\nقال "نعم"\nثم سكت & مضى', plain, "قال “نعم” ثم مضى"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (BODY, "ar"),
        ("The ministry said on Monday that the bridge was open to the people of both banks.", "en"),
        ("Le ministère a dit lundi que le pont est ouvert pour les habitants des deux rives.", "fr"),
        ("Das Ministerium sagte, dass die Brücke für die Menschen auf beiden Seiten offen ist.", "de"),
        ("رئیس جمهور ایران گفت که این کشور آماده گفتگو با همسایگان است و از آن پشتیبانی می‌کند", "fa"),
        ("وزیر اعظم نے کہا ہے کہ ملک میں امن کے لیے کوششیں جاری ہیں اور اس پر بات ہو رہی ہے", "ur"),
        ("Президент заявил сегодня в Москве, что переговоры идут.", None),
        ("1234 5678", None),
    ],
)
def test_language(tmp_path, text, language):
    assert one(put(tmp_path / "a.txt", text)).language == language


# -- folders, archives, progress -----------------------------------------------------------------------------


def test_a_folder_is_read_in_order_without_what_is_hidden_or_foreign(tmp_path):
    for name in ("b.txt", "a.txt", "sub/c.TXT", ".hidden.txt", ".git/d.txt", "e.py", "noname"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        put(tmp_path / name, f"text of {name}")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for name in ("y.txt", "in/x.txt", "__MACOSX/x.txt", ".z.txt", "pic.png"):
            archive.writestr(name, f"text of {name}")
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as second:
            second.writestr("w.txt", "text of w.txt")
        archive.writestr("q.zip", inner.getvalue())
    found = [a.id.removeprefix(tmp_path.resolve().as_posix() + "/") for a in articles(tmp_path)]
    assert found == ["a.txt", "b.txt", "sub/c.TXT", "z.zip!in/x.txt", "z.zip!q.zip!w.txt", "z.zip!y.txt"]
    assert len(articles(tmp_path, tmp_path / "a.txt", str(tmp_path / "sub"))) == 6  # each file once


def test_a_zip_may_hold_a_name_twice(tmp_path):
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.txt", "one")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", "two")
    assert {(a.id.rpartition("!")[2], a.text) for a in articles(tmp_path)} == {
        ("a.txt", "one"),
        ("a.txt#2", "two"),
    }


def test_articles_come_one_at_a_time(tmp_path):
    for n in range(3):
        put(tmp_path / f"{n}.txt", "text")
    found = read(tmp_path)
    next(found)
    (tmp_path / "1.txt").unlink()
    assert isinstance(next(found), Failure)
    assert next(found).text == "text"


def test_progress_grows_to_the_sum_of_all_bytes(tmp_path):
    put_json(tmp_path / "a.json", [{"text": f"text {n}"} for n in range(5000)])
    put(tmp_path / "b.txt", "x" * 1000)
    put(tmp_path / "c.txt", "")
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("a.txt", "x" * 1000)
    told = []
    list(read(tmp_path, progress=lambda done, total: told.append((done, total))))
    total = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert {size for _, size in told} == {total}
    assert told == sorted(told)
    assert 100 < len(told) < 1100
    assert told[-1][0] == total


def test_a_real_archive_loses_no_record():
    path = DATA / "news" / "2015-07-23.zip"
    if not path.exists():
        pytest.skip(f"the news archive is not at {DATA}/news (set ISNAD_DATA)")
    with zipfile.ZipFile(path) as archive:
        records = json.loads(archive.read("2015-07-23.json"))
    found = list(read(path))
    good = [a for a in found if isinstance(a, Article)]
    assert len(found) == len(records)
    assert [a.text.strip() for a in good] == [r["content"].strip() for r in records if r["content"].strip()]
    assert all(f.why == "the record's text (content) is empty" for f in found if isinstance(f, Failure))
    assert len({a.id for a in good}) == len(good)
    assert {a.date[:4] for a in good} == {"2015"}
