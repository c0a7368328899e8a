"""Every text of the data files reaches the translators."""

import io

from babel.messages.extract import extract

from backend.catalogue.extract import extract_yaml
from backend.catalogue.load import DATA, load_catalogue

CATALOGUE = load_catalogue()


def test_every_text_of_the_catalogue_is_extracted_for_translation():
    found = set()
    for file in DATA.glob("*.yml"):
        with file.open("rb") as opened:
            found |= {message for _, _, message, _ in extract_yaml(opened, (), (), {})}
    for matter in CATALOGUE.matters.values():
        assert {matter.name.source, matter.short.source, matter.after.source} <= found
        assert {path.name.source for path in matter.paths.values()} <= found
    for material in CATALOGUE.materials.values():
        assert {material.name.source, material.why.source, *(name.source for name in material.variants.values())} <= found
    for notice in CATALOGUE.notices.values():
        assert {notice.chat, *([notice.sms] if notice.sms else [])} <= found
    for entry in CATALOGUE.faq.values():
        assert {entry.answer.source, *(text.source for text in entry.by_matter.values())} <= found
    assert {group.source for group in CATALOGUE.groups.values()} <= found
    assert not found & {"push", "matters", "always", "报道", "户囗"}


def test_the_interviews_texts_are_extracted_with_their_lines():
    source = (
        "steps:\n  - {id: a, title: 标题}\nquestions:\n  name:\n    label: 姓名\n    ask: |-\n      叫什么？\n      写全名。\n"
        '    kind: text\n    choices:\n      - {value: "yes", label: 是, said: 说是}\nsays:\n  example: {say: "{example}"}\n'
        "  many: {labels: [甲, 乙]}\n"
    )
    file = io.BytesIO(source.encode())
    file.name = "data/interview.yml"
    found = [(line, message) for line, message, _, _ in extract(extract_yaml, file)]
    assert found == [
        (2, "标题"), (5, "姓名"), (6, "叫什么？\n写全名。"), (11, "是"), (11, "说是"), (13, "{example}"), (14, "甲"), (14, "乙"),
    ]  # fmt: skip
