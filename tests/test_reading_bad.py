"""Bad input: one clear line for each, and the good file beside it is read all the same."""

import io
import json
import os
import struct
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_reading import BODY, TITLE, docx_bytes, page, pdf, put, put_json

from index.article import Article
from index.reading import Failure, Limits, read

GOOD = "zz-good.txt"


def is_one_line(text):
    directions = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return not any(
        unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(c) in directions for c in text
    )


def failures(path, **options):
    """{path within the folder: reason} of all failures; the good file put beside them must be read."""
    put(path / GOOD, BODY)
    found = list(read([path], **options))
    assert [a.text for a in found if isinstance(a, Article) and a.id.endswith(GOOD)] == [BODY]
    bad = [f for f in found if isinstance(f, Failure)]
    for failure in bad:
        assert is_one_line(str(failure))
        assert failure.path.startswith(str(path))
    return {f.path.removeprefix(f"{path}{os.sep}"): f.why for f in bad}


def the_failure(path, **options):
    (found,) = failures(path, **options).items()
    return found


def bundle(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def protected(data, password):
    import pypdf

    writer = pypdf.PdfWriter()
    for sheet in pypdf.PdfReader(io.BytesIO(data)).pages:
        writer.add_page(sheet)
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# -- one file ------------------------------------------------------------------------------------------------

ONE_FILE = {
    "empty": ("a.txt", b"", "is empty"),
    "white space": ("a.txt", " \n\t\r\n\u00a0".encode(), "only white space"),
    "white space in utf-16": ("a.txt", " \n".encode("utf-16"), "only white space"),
    "binary": ("a.txt", bytes(range(256)) * 20, "is not text (binary"),
    "noise": ("a.txt", bytes((i * i * 31 + i * 7) % 251 for i in range(5000)), "is not text"),
    "a program named .txt": ("a.txt", b"\x7fELF\x02\x01\x01" + bytes(500), "but a program"),
    "a pdf named .txt": ("a.txt", pdf("text"), "a PDF; name it .pdf"),
    "an image named .html": ("a.html", b"\x89PNG\r\n\x1a\n" + bytes(50), "(OCR)"),
    "empty page": ("a.html", b"<html><body></body></html>", "no article text was found in the page"),
    "page of scripts": (
        "a.html",
        b"<html><body><div id=app></div><script>go()</script></body></html>",
        "no article text",
    ),
    "broken json": ("a.json", b'{"text": "x", }', "broken JSON at line 1, column 15"),
    "json cut off": ("a.json", b'{"text": "x', "broken JSON at line 1"),
    "json of a number": ("a.json", b"17", "holds a number, not articles"),
    "json of null": ("a.json", b"null", "holds null, not articles"),
    "empty array": ("a.json", b"[]", "empty array"),
    "deep json": ("a.json", b"[" * 100_000, "nested too deeply"),
    "object without text": (
        "a.json",
        b'{"status": "ok", "pages": 3}',
        "its fields: status, pages; name the one that holds it",
    ),
    "csv without a text column": ("a.csv", b"name,when\nx,y\n", "no column for the text"),
    "not a pdf": ("a.pdf", b"hello", "is a damaged PDF"),
    "pdf cut off": ("a.pdf", pdf("text")[:60], "is a damaged PDF"),
    "scanned pdf": (
        "a.pdf",
        pdf("", ""),
        "its 2 pages hold no text, only images; run text recognition (OCR)",
    ),
    "pdf with a password": ("a.pdf", protected(pdf("text"), "secret"), "protected by a password"),
    "not a docx": ("a.docx", b"hello", "no whole .docx"),
    "docx cut off": ("a.docx", docx_bytes("text")[:9000], "no whole .docx"),
    "docx with a password": (
        "a.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "protected by a password",
    ),
    "docx without text": ("a.docx", docx_bytes("", " "), "holds no text"),
    "not a zip": ("a.zip", b"hello", "is no whole zip"),
    "csv of a header": ("a.csv", b"title,text\n", "holds no article, only a header"),
    "empty zip file": ("a.zip", b"", "is no whole zip"),
}


@pytest.mark.parametrize(("name", "content", "reason"), ONE_FILE.values(), ids=ONE_FILE)
def test_a_bad_file_is_told_and_the_rest_goes_on(tmp_path, name, content, reason):
    put(tmp_path / name, content)
    place, told = the_failure(tmp_path)
    assert place == name
    assert reason in told


def test_a_pdf_that_only_its_owner_may_change_is_read(tmp_path):
    put(tmp_path / "a.pdf", protected(pdf("The bridge is open."), ""))
    assert failures(tmp_path) == {}


def test_a_docx_that_is_a_bomb(tmp_path):
    data = io.BytesIO(docx_bytes("text"))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/big.xml", bytes(20 << 20))
    put(tmp_path / "a.docx", data.getvalue())
    assert "zip bomb" in the_failure(tmp_path)[1]


def test_a_docx_whose_parts_are_damaged(tmp_path):
    source = zipfile.ZipFile(io.BytesIO(docx_bytes("text")))
    members = [(n, b"<broken" if n == "word/document.xml" else source.read(n)) for n in source.namelist()]
    bundle(tmp_path / "a.docx", members)
    assert "is a damaged .docx" in the_failure(tmp_path)[1]


def test_a_file_of_two_gigabytes_is_refused_without_being_read(tmp_path, monkeypatch):
    with open(tmp_path / "a.txt", "wb") as stream:
        stream.truncate(2 << 30)
    opened = []
    real = open
    monkeypatch.setattr(
        "builtins.open", lambda path, *rest, **more: opened.append(str(path)) or real(path, *rest, **more)
    )
    assert the_failure(tmp_path) == ("a.txt", "has 2.0 GiB, the limit is 256 MiB; split it")
    assert not [path for path in opened if path.endswith("a.txt")]


def test_a_file_that_grows_past_the_limit_after_it_was_found(tmp_path):
    put(tmp_path / "a.txt", BODY)
    put(tmp_path / "b.txt", BODY)
    found = read([tmp_path], limits=Limits(file=len(BODY.encode())))
    assert next(found).text == BODY
    put(tmp_path / "b.txt", BODY * 2)
    assert "the limit; split it" in next(found).why


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    put(tmp_path / "a.txt", BODY)
    real = open

    def refuse(path, *rest, **more):
        if str(path).endswith("a.txt"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr("builtins.open", refuse)
    put(tmp_path / "zz-good.txt", BODY)
    bad, good = read([tmp_path])
    assert (bad.why, good.text) == ("may not be read; check its permissions", BODY)


# -- records -------------------------------------------------------------------------------------------------


def test_a_broken_line_is_told_with_its_number(tmp_path):
    lines = [
        '{"text": "one"}',
        "",
        '{"text": "two"',
        "[1]",
        '"x"',
        '{"title": "no text"}',
        "[" * 50_000,
        '{"text": "three"}',
    ]
    put(tmp_path / "a.jsonl", "\n".join(lines))
    found = failures(tmp_path)
    assert list(found) == ["a.jsonl:3", "a.jsonl:4", "a.jsonl:5", "a.jsonl:6", "a.jsonl:7"]
    assert "broken JSON at column 15" in found["a.jsonl:3"]
    assert "is a list, not an object" in found["a.jsonl:4"]
    assert "its fields: title" in found["a.jsonl:6"]
    assert "nested too deeply" in found["a.jsonl:7"]
    good = [(a.text, a.id.rpartition("#")[2]) for a in read(tmp_path / "a.jsonl") if isinstance(a, Article)]
    assert [text for text, _ in good] == ["one", "three"]


def test_a_broken_array_gives_what_comes_before_the_fault(tmp_path):
    whole = json.dumps([{"text": f"text {n}"} for n in range(10)], indent=1)
    for cut in range(2, len(whole) - 1):
        put(tmp_path / "a.json", whole[:cut])
        *good, bad = read(tmp_path / "a.json")
        assert [a.text for a in good] == [f"text {n}" for n in range(whole[:cut].count("}"))]
        assert isinstance(bad, Failure)
        assert "broken JSON at line" in bad.why


def test_numbers_and_values_that_no_one_expects(tmp_path):
    numbers = {"id": "9" * 5000, "date": "8" * 400, "score": "NaN", "n": "-Infinity", "m": "1e999"}
    put(tmp_path / "a.json", '[{"text": "x", ' + ", ".join(f'"{k}": {v}' for k, v in numbers.items()) + "}]")
    assert failures(tmp_path) == {}
    odd = {
        "title": {"a": [1]},
        "author": [None, {"name": ["y"]}],
        "date": [[]],
        "url": "http://[",
        "source": True,
    }
    rows = [{"text": 17}, {"text": "x"} | odd, {"text": None}, {"text": ["", {}]}, {}, None]
    put(tmp_path / "a.json", json.dumps([*rows, {"text": "\ud800 \0 x", "id": "\ud800"}]))
    assert list(failures(tmp_path)) == ["a.json#3", "a.json#4", "a.json#5", "a.json#6"]


def test_a_field_that_no_record_has_is_told_once(tmp_path):
    put_json(tmp_path / "a.json", [{"text": "x", "n": n} for n in range(50)])
    place, reason = the_failure(tmp_path, fields={"text": "payload.body"})
    assert place == "a.json"
    assert reason == "no record has a field 'payload.body', asked for as text; there are: text, n"
    put_json(tmp_path / "a.json", [{"n": 1}, {"payload": {"body": "x"}}, {"n": 3}])
    assert list(failures(tmp_path, fields={"text": "payload.body"})) == ["a.json#1", "a.json#3"]
    put_json(tmp_path / "a.json", [{"text": "x"}])
    assert "'when', asked for as date" in the_failure(tmp_path, fields={"date": "when"})[1]


def test_csv_rows_of_another_length_are_told_with_their_line(tmp_path):
    put(tmp_path / "a.csv", 'title,text\nt,"two\nlines"\nonly\nt,x,extra\nt,good,,\n\nt,"open\nt,lost\n')
    found = failures(tmp_path)
    assert list(found) == ["a.csv:4", "a.csv:5"] or list(found) == ["a.csv:4", "a.csv:5", "a.csv:8"]
    assert found["a.csv:4"].startswith("the row has 1 cells, the header 2")
    texts = [a.text for a in read(tmp_path / "a.csv") if isinstance(a, Article)]
    assert texts[:2] == ["two\nlines", "good"]


# -- paths, folders, links -----------------------------------------------------------------------------------


def test_paths_that_lead_nowhere(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder.txt").mkdir()
    put(tmp_path / "a.xyz", "x")
    put(tmp_path / "a.doc", "x")
    names = ["missing.txt", "empty", "folder.txt", "a.xyz", "a.doc", "nul\0.txt", "x" * 300 + ".txt"]
    found = list(read([tmp_path / name for name in names if "\0" not in name] + [str(tmp_path / "nul\0.txt")]))
    reasons = [f.why for f in found]
    assert len(found) == len(names)
    assert "no such file or folder" in reasons[0]
    assert "holds no file that Isnad reads" in reasons[1]
    assert "holds no file that Isnad reads" in reasons[2]
    assert ".xyz is not a format that Isnad reads" in reasons[3]
    assert "save it as .docx" in reasons[4]
    assert "too long" in reasons[5]
    assert "is not a path" in reasons[6]


def test_links_are_not_followed_out_of_the_folder_nor_in_circles(tmp_path):
    outside, root = tmp_path / "outside", tmp_path / "root"
    (root / "sub/.hidden").mkdir(parents=True)
    outside.mkdir()
    put(outside / "o.txt", "secret")
    put(root / "sub/.hidden/h.txt", "hidden")
    put(root / "sub/in.txt", "inside")
    links = {
        "up": root,
        "sub/upup": tmp_path,
        "out": outside,
        "out.txt": outside / "o.txt",
        "gone.txt": root / "nothing.txt",
    }
    links |= {
        "self": root / "self",
        "hid": root / "sub/.hidden",
        "same.txt": root / "sub/in.txt",
        "again": root / "sub",
        "x.py": "/etc/hosts",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    found = failures(root)
    assert {name: reason.split(" (")[0].split(", ")[0] for name, reason in found.items()} == {
        "gone.txt": "is a link to a file that is not there",
        "hid": "is a link that leads out of the folder",
        "out": "is a link that leads out of the folder",
        "out.txt": "is a link that leads out of the folder",
        "self": "is a link to a file that is not there",
        "sub/upup": "is a link to a folder that it lies in",
        "up": "is a link to a folder that it lies in",
    }
    assert sorted(a.text for a in read([root]) if isinstance(a, Article)) == sorted([BODY, "inside"])
    (named,) = read([root / "out.txt"])  # named by the user it is followed
    assert (named.text, named.id) == ("secret", (outside / "o.txt").resolve().as_posix())


def test_pipes_and_devices_do_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert the_failure(tmp_path) == ("pipe.txt", "is not a regular file (a pipe, a socket or a device)")
    (tmp_path / "dev.txt").symlink_to("/dev/zero")
    assert "not a regular file" in next(read([tmp_path / "dev.txt"])).why


def test_names_that_would_break_the_line_are_escaped(tmp_path):
    names = ["new\nline.txt", "bi\u202edi.txt", "bad\udcff.txt", "esc\x1b[31m.txt", "tab\t.txt", "\u2028.txt"]
    for name in names:
        put(tmp_path / name, b"")
    found = failures(tmp_path)
    assert len(found) == len(names)
    assert {"new\\nline.txt", "bi\\u202edi.txt", "bad\\udcff.txt", "esc\\x1b[31m.txt"} <= set(found)
    bad = Failure("a\u202eb\n", "x\ny\u202ez\x1b")
    assert (bad.path, bad.why) == ("a\\u202eb\\n", "x y\\u202ez\\x1b")


def test_a_folder_deeper_than_recursion(tmp_path):
    depth, here = 1200, os.getcwd()
    os.chdir(tmp_path)
    try:
        for _ in range(depth):
            os.mkdir("d")
            os.chdir("d")
        put(Path("a.txt"), BODY)
        found = list(read([tmp_path]))
        os.unlink("a.txt")
        for _ in range(depth):  # shutil.rmtree, which pytest cleans up with, cannot go so deep
            os.chdir("..")
            os.rmdir("d")
    finally:
        os.chdir(here)
    assert [a.text for a in found] == [BODY]


# -- zips ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../x.txt",
        "a/../../x.txt",
        "/etc/x.txt",
        "..\\x.txt",
        "C:\\x.txt",
        "C:x.txt",
        "\\\\host\\x.txt",
        "a/..",
    ],
)
def test_a_member_whose_path_leads_out_is_refused(tmp_path, name):
    entry = zipfile.ZipInfo("placeholder")
    entry.filename = name
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(entry, "evil")
        archive.writestr("ok.txt", "good")
    place, reason = the_failure(tmp_path)
    assert place.startswith("a.zip!")
    assert "leads out of the archive" in reason
    assert [a.text for a in read(tmp_path / "a.zip") if isinstance(a, Article)] == ["good"]


def test_a_zip_that_is_cut_off(tmp_path):
    bundle(tmp_path / "a.zip", [("a.txt", BODY), ("b.txt", BODY)])
    data = (tmp_path / "a.zip").read_bytes()
    put(tmp_path / "a.zip", data[: len(data) // 2])
    assert the_failure(tmp_path) == (
        "a.zip",
        "is no whole zip (File is not a zip file); it may be cut off, download it again",
    )


def test_a_damaged_member_costs_no_other(tmp_path):
    bundle(tmp_path / "a.zip", [("a.txt", BODY * 50), ("b.txt", "good")])
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[60:70] = bytes(10)
    put(tmp_path / "a.zip", bytes(data))
    place, reason = the_failure(tmp_path)
    assert place == "a.zip!a.txt"
    assert "is damaged in the archive" in reason


def test_encrypted_and_linked_and_unknown_members(tmp_path):
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    bundle(
        tmp_path / "a.zip",
        [("closed.txt", BODY), (link, "/etc/passwd"), ("odd.txt", BODY), ("ok.txt", "good"), ("bad.txt", "")],
    )
    data = bytearray((tmp_path / "a.zip").read_bytes())
    for name, offset, value in ((b"closed.txt", 8, 1), (b"odd.txt", 10, 98)):
        central = data.rindex(b"PK\x01\x02", 0, data.rindex(name))
        local = data.rindex(b"PK\x03\x04", 0, data.index(name))
        struct.pack_into("<H", data, central + offset, value)
        struct.pack_into("<H", data, local + offset - 2, value)
    put(tmp_path / "a.zip", bytes(data))
    found = {place.removeprefix("a.zip!"): reason for place, reason in failures(tmp_path).items()}
    assert list(found) == ["bad.txt", "closed.txt", "link.txt", "odd.txt"]
    assert "is empty" in found["bad.txt"]
    assert "is encrypted; unpack the archive with its password first" in found["closed.txt"]
    assert "is a link" in found["link.txt"]
    assert "method that Isnad does not know" in found["odd.txt"]


def test_a_bomb_is_not_unpacked(tmp_path):
    bundle(tmp_path / "a.zip", [("bomb.txt", b"x" * (30 << 20)), ("ok.txt", "good")])
    place, reason = the_failure(tmp_path)
    assert place == "a.zip!bomb.txt"
    assert "times its size (a zip bomb?)" in reason


def test_many_members_that_are_a_bomb_together(tmp_path):
    bundle(tmp_path / "a.zip", [(f"{n}.txt", b"x" * (1 << 20)) for n in range(20)])
    assert "times its size (a zip bomb?); it was not opened" in the_failure(tmp_path)[1]


def test_a_header_that_lies_about_its_size(tmp_path):
    bundle(tmp_path / "a.zip", [("a.txt", b"x" * 500_000), ("ok.txt", "good")])
    data = bytearray((tmp_path / "a.zip").read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)
    put(tmp_path / "a.zip", bytes(data))
    assert the_failure(tmp_path)[0] == "a.zip!a.txt"


@pytest.mark.parametrize(
    ("limits", "place", "reason"),
    [
        (Limits(members=3), "a.zip", "holds 4 files, the limit is 3"),
        (Limits(member=1000), "a.zip!big.txt", "would unpack to 4.9 KiB, the limit is 1000 bytes"),
        (Limits(unpacked=5000), "a.zip", "would unpack to"),
        (Limits(depth=1), "a.zip!in.zip", "zips inside zips are read 1 deep"),
    ],
)
def test_limits_of_archives(tmp_path, limits, place, reason):
    inner = bundle(tmp_path / "in.zip", [("x.txt", "inner")]).read_bytes()
    os.unlink(tmp_path / "in.zip")
    bundle(tmp_path / "a.zip", [("a.txt", "one"), ("b.txt", "two"), ("big.txt", "x " * 2500), ("in.zip", inner)])
    assert failures(tmp_path) == {}
    where, told = the_failure(tmp_path, limits=limits)
    assert where == place
    assert reason in told


def test_zips_inside_zips_share_one_budget(tmp_path):
    inner = bundle(tmp_path / "in.zip", [("x.txt", os.urandom(3000).hex())]).read_bytes()
    os.unlink(tmp_path / "in.zip")
    bundle(tmp_path / "a.zip", [(f"{n}.zip", inner) for n in range(4)])
    assert failures(tmp_path) == {}
    found = failures(tmp_path, limits=Limits(unpacked=5 * len(inner) + 6000))
    assert 0 < len(found) < 4


def test_a_zip_of_nothing(tmp_path):
    bundle(tmp_path / "a.zip", [("pic.png", "x"), (".hidden.txt", "x")])
    assert the_failure(tmp_path) == ("a.zip", "the archive holds no file that Isnad reads")


# -- anything at all -----------------------------------------------------------------------------------------

SUFFIXES = ["txt", "md", "html", "json", "jsonl", "csv", "tsv", "pdf", "docx", "zip"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.sampled_from(SUFFIXES), st.binary(max_size=200) | st.text(max_size=80).map(lambda t: t.encode("utf-8")))
def test_any_bytes_under_any_name_give_articles_or_failures(tmp_path, suffix, data):
    found = list(read([put(tmp_path / f"a.{suffix}", data)]))
    assert found
    assert all(is_one_line(str(f)) and f.why for f in found if isinstance(f, Failure))


WHOLE = {
    "pdf": pdf("A bridge opens", "Second page"),
    "docx": docx_bytes(TITLE, BODY),
    "html": page().encode(),
    "json": json.dumps([{"text": BODY}, {"title": TITLE, "text": BODY}]).encode(),
    "csv": f"title,text\n{TITLE},{BODY}\n".encode(),
    "zip": b"",
}
_packed = io.BytesIO()
with zipfile.ZipFile(_packed, "w", zipfile.ZIP_DEFLATED) as _archive:
    _archive.writestr("a.txt", BODY)
    _archive.writestr("b/c.json", WHOLE["json"])
WHOLE["zip"] = _packed.getvalue()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.data())
def test_damage_anywhere_gives_articles_or_failures(tmp_path, data):
    suffix = data.draw(st.sampled_from(sorted(WHOLE)))
    content = bytearray(WHOLE[suffix])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(0, len(content) - 1)))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        if data.draw(st.booleans()) and place:
            del content[place:]
    found = list(read([put(tmp_path / f"a.{suffix}", bytes(content))]))
    assert all(is_one_line(str(f)) and f.why for f in found if isinstance(f, Failure))
