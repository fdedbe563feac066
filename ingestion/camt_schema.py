"""ISO 20022 message schemas, read from their XSDs and held against a document as it is parsed.

An XSD of ISO 20022 uses a small part of XML Schema: sequences, choices, restricted texts and numbers, amounts
with an attribute. That part is read here, so a bank's own version of a message is one more file in
``ingestion/camt``. What a document breaks is said with its line, the element and the rule.

Source: iso20022.org, message definitions camt.053.001.02, .04 and .08.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

FOLDER = Path(__file__).parent / "camt"
NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.053\.001\.\d\d)")
XS = "{http://www.w3.org/2001/XMLSchema}"
ANY = "##any"
NUMBER = re.compile(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)")


@dataclass(frozen=True)
class Part:
    """An element of a complex type: its name, its type, how often it may stand there."""

    name: str
    type: str
    least: int
    most: float


@dataclass(frozen=True)
class Complex:
    """Elements inside an element; ``choice``: exactly one of them."""

    parts: tuple[Part, ...]
    choice: bool = False


@dataclass(frozen=True)
class Simple:
    """A text; ``attributes``: name -> its type and whether it must be there. ``rules`` say what is wrong."""

    base: str
    facets: tuple[tuple[str, str], ...] = ()
    allowed: frozenset[str] = frozenset()
    attributes: Mapping[str, tuple[str, bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Schema:
    name: str
    types: Mapping[str, Complex | Simple]

    def wrong(self, type_: str, text: str) -> str | None:
        """What is wrong with a text of a simple type; None: nothing."""
        if said := _PRIMITIVES.get(type_, lambda _: None)(text):
            return said
        found = self.types.get(type_)
        if not isinstance(found, Simple):
            return None
        if found.allowed and text not in found.allowed:
            return f"is none of {', '.join(sorted(found.allowed))}"
        for facet, value in found.facets:
            if said := _FACETS[facet](text, value):
                return said
        return self.wrong(found.base, text)


@cache
def schema_of(name: str) -> Schema | None:
    """The schema of a message, if its XSD is here."""
    file = FOLDER / f"{name}.xsd"
    if not file.exists():
        return None
    root = ElementTree.parse(file).getroot()  # noqa: S314 our own file
    return Schema(
        name, {each.attrib["name"]: _type(each) for each in root if each.tag != f"{XS}element"}
    )


def known() -> Iterator[str]:
    yield from sorted(file.stem for file in FOLDER.glob("*.xsd"))


def _type(declared: ElementTree.Element) -> Complex | Simple:
    for group in ("sequence", "choice"):
        if (found := declared.find(f"{XS}{group}")) is not None:
            return Complex(tuple(_part(part) for part in found), choice=group == "choice")
    if (extension := declared.find(f"{XS}simpleContent/{XS}extension")) is not None:
        attributes = {
            each.attrib["name"]: (each.attrib["type"], each.get("use") == "required")
            for each in extension
        }
        return Simple(extension.attrib["base"], attributes=attributes)
    (restriction,) = declared
    listed = [(each.tag.removeprefix(XS), each.attrib["value"]) for each in restriction]
    return Simple(
        restriction.attrib["base"],
        tuple(each for each in listed if each[0] != "enumeration"),
        frozenset(value for facet, value in listed if facet == "enumeration"),
    )


def _part(declared: ElementTree.Element) -> Part:
    most = declared.get("maxOccurs", "1")
    return Part(
        declared.get("name", ANY),
        declared.get("type", ANY),
        int(declared.get("minOccurs", "1")),
        float("inf") if most == "unbounded" else int(most),
    )


def _parsed(parse: Callable[[str], object], what: str) -> Callable[[str], str | None]:
    def wrong(text: str) -> str | None:
        try:
            parse(text)
        except ValueError:
            return f"is no {what}"
        return None

    return wrong


def _matched(pattern: str, what: str) -> Callable[[str], str | None]:
    return lambda text: None if re.fullmatch(pattern, text) else f"is no {what}"


def _digits(text: str, most: str) -> str | None:
    count = len(re.sub(r"\D", "", text).strip("0") or "0")
    return f"has {count} digits, at most {most} are allowed" if count > int(most) else None


def _places(text: str, most: str) -> str | None:
    count = len(text.partition(".")[2].rstrip("0"))
    return f"has {count} decimal places, at most {most} are allowed" if count > int(most) else None


_PRIMITIVES: Mapping[str, Callable[[str], str | None]] = {
    "xs:date": _parsed(lambda text: date.fromisoformat(text[:10]), "date"),
    "xs:dateTime": _parsed(datetime.fromisoformat, "date and time"),
    "xs:boolean": _matched("true|false|0|1", "true or false"),
    "xs:decimal": _matched(NUMBER.pattern, "number"),
    "xs:gYear": _matched("-?[0-9]{4,}([+-][0-9:]{5}|Z)?", "year"),
}
_FACETS: Mapping[str, Callable[[str, str], str | None]] = {
    "minLength": lambda t, v: f"is shorter than {v}" if len(t) < int(v) else None,
    "maxLength": lambda t, v: f"is longer than {v} characters" if len(t) > int(v) else None,
    "length": lambda t, v: f"is not of {v} characters" if len(t) != int(v) else None,
    "pattern": lambda t, v: None if re.fullmatch(v, t) else f"does not match {v}",
    "minInclusive": lambda t, v: (
        f"is below {v}" if t.startswith("-") and re.search("[1-9]", t) else None
    ),
    "totalDigits": _digits,
    "fractionDigits": _places,
}
