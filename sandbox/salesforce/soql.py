"""The SOQL that a loader needs, as SQL: fields or COUNT() of one object, WHERE, ORDER BY, LIMIT, OFFSET.

Source: developer.salesforce.com, SOQL and SOSL Reference: SELECT syntax, comparison and logical operators.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce.errors import OBJECTS, invalid_field, invalid_type, malformed
from sandbox.salesforce.fields import ENTITIES, FIELDS, value_of
from sandbox.salesforce.limits import SOQL_MAXIMUM

TOKEN = re.compile(
    r"\s*('(?:[^'\\]|\\.)*'|>=|<=|!=|<>|[=<>(),]|[^\s=<>!(),']+)", re.IGNORECASE | re.DOTALL
)
COMPARISONS = {"=": "=", "!=": "<>", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True)
class Query:
    """A query as SQL over ``salesforce.<table>``; no columns: it counts."""

    entity: str
    columns: list[str]
    condition: str
    values: list[Any]
    order: str
    limit: int | None
    offset: int

    @property
    def table(self) -> str:
        return OBJECTS[self.entity]

    @property
    def counts(self) -> bool:
        return not self.columns


def parse(text: str, hidden: frozenset[str] = frozenset()) -> Query:
    """``hidden`` fields (``Contact.Phone``) are to the asking user as if they weren't there."""
    if len(text) > SOQL_MAXIMUM:
        raise malformed(f"SOQL statements can not be longer than {SOQL_MAXIMUM} characters")
    return _Parser(text, hidden).query()


@dataclass
class _Parser:
    text: str
    hidden: frozenset[str]
    entity: str = ""
    values: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = TOKEN.findall(self.text)
        if re.sub(r"\s", "", "".join(self.tokens)) != re.sub(r"\s", "", self.text):
            raise malformed("unexpected token: '<EOF>'")
        self.at = 0

    def query(self) -> Query:
        self._word("select")
        columns = [self._next()]
        if columns[0].lower() == "count" and self._peek() == "(":
            columns = self._count()
        while columns and self._take(","):
            columns.append(self._next())
        self._word("from")
        given = self._next()
        self.entity = ENTITIES.get(given.lower(), "")
        if not self.entity:
            raise invalid_type(given)
        names = [self._field(name) for name in columns]
        if len(set(names)) < len(names):
            raise malformed("duplicate field selected")
        condition = self._either() if self._take("where") else "true"
        order, limit, offset = self._order(), None, 0
        if self._take("limit"):
            limit = self._whole()
        if self._take("offset"):
            offset = self._whole()
        if self._peek():
            raise malformed(f"unexpected token: '{self._peek()}'")
        return Query(self.entity, names, condition, self.values, order, limit, offset)

    def _count(self) -> list[str]:
        self._word("(")
        self._word(")")
        return []

    def _either(self) -> str:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return f"({' or '.join(parts)})"

    def _both(self) -> str:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return f"({' and '.join(parts)})"

    def _one(self) -> str:
        if self._take("not"):
            return f"(not {self._one()})"
        if self._take("("):
            inner = self._either()
            self._word(")")
            return inner
        name = self._field(self._next())
        operator = self._next().lower()
        if operator in ("in", "not"):
            if operator == "not":
                self._word("in")
            return self._listed(name, "" if operator == "in" else "not ")
        if operator == "like":
            self.values.append(value_of(self.entity, name, self._next()))
            return f'"{name}" ilike ?'
        if operator not in COMPARISONS:
            raise malformed(f"unexpected token: '{operator}'")
        value = value_of(self.entity, name, self._next())
        if value is None:
            return f'"{name}" is {"" if operator == "=" else "not "}null'
        self.values.append(value)
        is_unequal = COMPARISONS[operator] == "<>"
        return f'"{name}" {"is distinct from" if is_unequal else COMPARISONS[operator]} ?'

    def _listed(self, name: str, negated: str) -> str:
        self._word("(")
        found = [value_of(self.entity, name, self._next())]
        while self._take(","):
            found.append(value_of(self.entity, name, self._next()))
        self._word(")")
        self.values.append(found)
        return f'{negated}list_contains(?, "{name}")'

    def _order(self) -> str:
        """Nulls come first unless asked otherwise; ties go by id, so pages never overlap."""
        if not self._take("order"):
            return '"Id"'
        self._word("by")
        parts = []
        while True:
            name = self._field(self._next())
            way = "desc" if self._take("desc") else "asc"
            self._take("asc")
            nulls = "first"
            if self._take("nulls"):
                nulls = self._next().lower()
                if nulls not in ("first", "last"):
                    raise malformed(f"unexpected token: '{nulls}'")
            parts.append(f'"{name}" {way} nulls {nulls}')
            if not self._take(","):
                return ", ".join([*parts, '"Id"'])

    def _field(self, given: str) -> str:
        name = FIELDS[self.entity].get(given.lower())
        if name is None or f"{self.entity}.{name}" in self.hidden:
            raise invalid_field(given, self.entity, self.text)
        return name

    def _whole(self) -> int:
        given = self._next()
        if not given.isdigit():
            raise malformed(f"unexpected token: '{given}'")
        return int(given)

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise malformed("unexpected token: '<EOF>'")
        self.at += 1
        return token

    def _take(self, word: str) -> bool:
        found = self._peek().lower() == word
        self.at += found
        return found

    def _word(self, word: str) -> None:
        if not self._take(word):
            raise malformed(f"unexpected token: '{self._peek() or '<EOF>'}'")
