"""A camt.053 document read once from its bytes: held against its schema, given out as small trees.

Only what ``wanted`` names is built and given out, each when it ends, so memory follows one entry and not the
file. A document type declaration is refused: entities could swell or reach for other files.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from ingestion.camt_schema import ANY, NAMESPACE, Complex, Part, Schema, known, schema_of

CHUNK = 1 << 20


class Invalid(ValueError):  # noqa: N818 it names the state, not the raise
    """The file is no valid message; says the line, the element and the rule."""


@dataclass
class Node:
    """An element: its text, its attributes, its children in order."""

    name: str
    attributes: Mapping[str, str]
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, path: str) -> Iterator["Node"]:
        """The elements at a path like ``Refs/EndToEndId``."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                yield from child.all(rest) if rest else (child,)

    def first(self, path: str) -> "Node | None":
        return next(self.all(path), None)

    def said(self, *paths: str) -> str | None:
        """The text at the first of these paths that is there."""
        for path in paths:
            if (found := self.first(path)) is not None:
                return found.text
        return None


@dataclass
class _Open:
    """An element that hasn't ended: what may come next in it."""

    node: Node
    type: str
    place: int = 0
    count: int = 0


class Document:
    """``read`` calls ``take`` with each wanted element as it ends and then lets it go."""

    def __init__(self, take: Callable[[Node], None], wanted: frozenset[str]) -> None:
        self.schema: Schema | None = None
        self._take, self._wanted = take, wanted
        self._stack: list[_Open] = []
        self._skipping = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, content: bytes) -> None:
        try:
            for start in range(0, len(content), CHUNK):
                self._parser.Parse(content[start : start + CHUNK], False)  # noqa: FBT003
            self._parser.Parse(b"", True)  # noqa: FBT003
        except expat.ExpatError as error:
            raise Invalid(f"line {error.lineno}: no XML: {expat.ErrorString(error.code)}") from None

    def _fail(self, said: str) -> Invalid:
        return Invalid(f"line {self._parser.CurrentLineNumber}: {said}")

    def _doctype(self, *_: object) -> None:
        raise self._fail("a document type declaration, which no bank's statement has")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        if self._skipping:
            self._skipping += 1
            return
        type_ = self._root(namespace, name) if not self._stack else self._part(name).type
        if type_ == ANY:
            self._skipping = 1
            return
        self._stack.append(_Open(Node(name, attributes), type_))

    def _root(self, namespace: str, name: str) -> str:
        found = NAMESPACE.fullmatch(namespace)
        self.schema = schema_of(found[1]) if found else None
        if self.schema is None:
            of = f"of {namespace}" if namespace else "of no namespace"
            raise self._fail(f"a document {of}; known are {', '.join(known())}")
        if name != "Document":
            raise self._fail(f"<{name}> where <Document> must stand")
        return name

    def _part(self, name: str) -> Part:
        """Where an element belongs among its parent's; raises if it doesn't."""
        above = self._stack[-1]
        declared = self.schema.types.get(above.type) if self.schema else None
        if not isinstance(declared, Complex):
            raise self._fail(f"<{name}> in <{above.node.name}>, which holds text only")
        if declared.choice:
            for part in declared.parts:
                if part.name in (name, ANY) and not above.count:
                    above.count = 1
                    return part
            raise self._fail(
                f"<{name}> in <{above.node.name}>, which holds one of {_names(declared)}"
            )
        allowed = {part.name for part in declared.parts[above.place :]}
        while allowed & {name, ANY} and above.place < len(declared.parts):
            part = declared.parts[above.place]
            if part.name in (name, ANY) and above.count < part.most:
                above.count += 1
                return part
            self._enough(above, part)
            above.place, above.count = above.place + 1, 0
        raise self._fail(f"<{name}> isn't allowed here in <{above.node.name}>")

    def _enough(self, above: _Open, part: Part) -> None:
        if above.count < part.least:
            raise self._fail(f"<{above.node.name}> without <{part.name}>, which must be there")

    def _text(self, text: str) -> None:
        if self._stack and not self._skipping:
            self._stack[-1].node.text += text

    def _end(self, _: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        ended = self._stack.pop()
        self._judge(ended)
        if ended.node.name in self._wanted:
            self._take(ended.node)
        elif self._stack:
            self._stack[-1].node.children.append(ended.node)

    def _judge(self, ended: _Open) -> None:
        schema, node = self.schema, ended.node
        declared = schema.types.get(ended.type) if schema else None
        if isinstance(declared, Complex):
            if declared.choice and not ended.count:
                raise self._fail(f"<{node.name}> without one of {_names(declared)}")
            for part in () if declared.choice else declared.parts[ended.place :]:
                self._enough(ended, part)
                ended.count = 0
            return
        if schema and (said := schema.wrong(ended.type, node.text)):
            raise self._fail(f"<{node.name}> '{node.text[:40]}' {said}")
        for name, (type_, needed) in (declared.attributes if declared else {}).items():
            value = node.attributes.get(name)
            if value is None and needed:
                raise self._fail(f"<{node.name}> without {name}")
            if schema and value is not None and (said := schema.wrong(type_, value)):
                raise self._fail(f"<{node.name}> {name} '{value[:40]}' {said}")


def _names(declared: Complex) -> str:
    return ", ".join(f"<{part.name}>" for part in declared.parts)
