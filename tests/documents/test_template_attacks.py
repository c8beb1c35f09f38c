"""What a hostile template tries: its tag stays a word, no file is written or read, and nothing takes long."""

import io
import zipfile

import pytest
from docx import Document

from mentoring_lib.base.problems import Problem
from mentoring_lib.documents import template
from mentoring_lib.documents.funder_report import fill_template
from mentoring_lib.documents.template import fill

SECRET = "darba grāmatas saturs"
FIELDS = {"projekts": "Kopspēks", "citati": ["Viens.", "Divi."], "logo": {}}
TAGS = {
    "saves through a picture": '{{ atteli.raditaji.tpl.save("BOOK") }}',
    "opens another document": '{{ logo.tpl.docx.part.package.open("BOOK") }}',
    "calls a method of a text": "{{ projekts.upper() }}",
    "formats a text": '{{ "{0.__class__.__mro__}".format(projekts) }}',
    "climbs to the classes": "{{ projekts.__class__.__mro__[1].__subclasses__() }}",
    "climbs by an index": '{{ ""["__class__"]["__base__"] }}',
    "climbs by a filter": '{{ projekts | attr("__class__") }}',
    "reaches the globals": "{{ projekts.__init__.__globals__ }}",
    "asks for builtins": '{{ __builtins__.open("BOOK").read() }}',
    "opens a file": '{{ open("BOOK").read() }}',
    "writes a file": '{{ open("BOOK", "w").write("x") }}',
    "imports": '{{ __import__("os").remove("BOOK") }}',
    "imports in the engine": '{{ self._TemplateReference__context.import("os") }}',
    "a helper of the engine": '{{ cycler.__init__.__globals__.os.remove("BOOK") }}',
    "a joiner of the engine": '{{ joiner.__init__.__globals__.os.popen("x").read() }}',
    "a name space": '{{ namespace.__init__.__globals__.os.system("x") }}',
    "the engine's settings": "{{ config.items() }}",
    "a large product": '{{ "x" * 1000000000 }}',
    "a large power": "{{ 9 ** 9 ** 9 }}",
    "a long range": "{{ range(1000000000) | list }}",
    "a wide format": '{{ "%1000000000d" % 1 }}',
    "a wide filter": '{{ projekts | center(1000000000) }}',
    "changes a field": '{{ citati.append("x") }}',
    "empties a field": "{{ citati.clear() }}",
    "changes a picture": '{{ logo.update(a="BOOK") }}',
    "a lambda": "{{ (lambda: projekts)() }}",
    "an attribute of a list": "{{ citati.0 }}",
    "an index of a field": "{{ projekts[0] }}",
    "an inner tag": "{{ {{ projekts.__class__ }} }}",
    "rich text of the engine": "{{r projekts.xml }}",
    "a row of the engine": "{{tr projekts.xml }}",
    "Word's own field": '{{ INCLUDETEXT "BOOK" }}',
    "includes a file": '{% include "BOOK" %}',
    "extends a file": '{% extends "BOOK" %}',
    "imports a file": '{% import "BOOK" as book %}',
    "nested loops": "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
    "an endless macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "sets a name": '{% set projekts = "cits" %}{{ projekts.x }}',
    "runs a statement": '{% do citati.append("x") %}',
    "turns escaping off": "{% autoescape false %}{{ projekts.x }}{% endautoescape %}",
}  # fmt: skip


def document(*paragraphs):
    made = Document()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def repacked(content, change, **more):
    """The same document with its text changed as bytes, and further members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == "word/document.xml" else old.read(name))
        for name, text in more.items():
            new.writestr(name, text)
    return out.getvalue()


def read(made):
    return [paragraph.text for paragraph in Document(io.BytesIO(made)).paragraphs]


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "darba_gramata.xlsx"
    path.write_text(SECRET, "utf-8")
    yield path
    assert [(one.name, one.read_text("utf-8")) for one in tmp_path.iterdir()] == [(path.name, SECRET)]


@pytest.mark.parametrize("attack", TAGS)
def test_a_tag_that_is_more_than_a_name_stays_as_it_stands_and_is_named(book, attack):
    tag = TAGS[attack].replace("BOOK", str(book))
    fields = {name: type(value)(value) for name, value in FIELDS.items()}
    made, problems = fill(document(tag, "{{ projekts }}"), fields)
    assert read(made) == [tag, "Kopspēks"]
    assert problems
    assert {one.code for one in problems} <= {"template_field", "template_part"}
    assert {one.blocks for one in problems} == {"report"}
    assert fields == FIELDS


def entities(path):
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    return {
        "reads a file": f'<!ENTITY x SYSTEM "{path.as_uri()}">',
        "asks an address": '<!ENTITY x SYSTEM "http://127.0.0.1:9/x">',
        "expands without end": f'<!ENTITY l0 "haha">{laughs}<!ENTITY x "&l9;">',
    }


@pytest.mark.parametrize("attack", ["reads a file", "asks an address", "expands without end"])
def test_an_entity_of_the_document_brings_nothing_in(book, attack):
    declared = f"<!DOCTYPE w [{entities(book)[attack]}]><w:document".encode()
    content = repacked(
        document("Te: &x;"), lambda xml: xml.replace(b"<w:document", declared, 1).replace(b"&amp;x;", b"&x;")
    )
    made, problems = fill_template(content, FIELDS)
    assert (made, [one.code for one in problems]) == (b"", ["template_broken"])


@pytest.mark.parametrize("name", ["../../darba_gramata.xlsx", "/darba_gramata.xlsx", "..\\darba_gramata.xlsx"])
def test_a_member_that_lies_elsewhere_is_never_unpacked(book, monkeypatch, name):
    (inside := book.parent.parent / "x").mkdir(exist_ok=True)
    monkeypatch.chdir(inside)
    made, problems = fill_template(repacked(document("{{ projekts }}"), bytes, **{name: "x"}), FIELDS)
    assert problems == [] or made == b""
    assert list(inside.iterdir()) == []


def test_a_field_that_holds_a_tag_is_not_filled_again(book):
    made, problems = fill(
        document("{{ projekts }}", "{{ citati }}"), {"projekts": "{{ logo.x }}", "citati": ["{{ projekts }}"]}
    )
    assert (read(made), problems) == (["{{ logo.x }}", "{{ projekts }}"], [])


def test_what_would_unpack_to_gigabytes_is_refused_by_its_list(monkeypatch):
    monkeypatch.setattr(template, "Document", lambda _: pytest.fail("opened"))
    large = repacked(document(), bytes, **{"word/x.xml": " " * (template.MAX_UNPACKED + 1)})
    assert fill_template(large, FIELDS) == (b"", [Problem("template_broken", details="datne ir pārāk liela")])
