"""The SOQL that a loader needs, as SQL: fields or COUNT() of one object, WHERE, ORDER BY, LIMIT, OFFSET.

Source: developer.salesforce.com, SOQL and SOSL Reference: SELECT syntax, comparison and logical operators.
"""

from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce.errors import OBJECTS, invalid_field, invalid_type, malformed
from sandbox.salesforce.fields import ENTITIES, FIELDS, value_of
from sandbox.salesforce.limits import SOQL_MAXIMUM
from sandbox.salesforce.soql_words import Words

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
        self.words = Words(self.text)

    def query(self) -> Query:
        self.words.need("select")
        columns = [self.words.next()]
        if columns[0].lower() == "count" and self.words.peek() == "(":
            columns = self._count()
        while columns and self.words.take(","):
            columns.append(self.words.next())
        self.words.need("from")
        given = self.words.next()
        self.entity = ENTITIES.get(given.lower(), "")
        if not self.entity:
            raise invalid_type(given)
        names = [self._field(name) for name in columns]
        if len(set(names)) < len(names):
            raise malformed("duplicate field selected")
        condition = self._either() if self.words.take("where") else "true"
        order, limit, offset = self._order(), None, 0
        if self.words.take("limit"):
            limit = self.words.whole()
        if self.words.take("offset"):
            offset = self.words.whole()
        if self.words.peek():
            raise malformed(f"unexpected token: '{self.words.peek()}'")
        return Query(self.entity, names, condition, self.values, order, limit, offset)

    def _count(self) -> list[str]:
        self.words.need("(")
        self.words.need(")")
        return []

    def _either(self) -> str:
        parts = [self._both()]
        while self.words.take("or"):
            parts.append(self._both())
        return f"({' or '.join(parts)})"

    def _both(self) -> str:
        parts = [self._one()]
        while self.words.take("and"):
            parts.append(self._one())
        return f"({' and '.join(parts)})"

    def _one(self) -> str:
        if self.words.take("not"):
            return f"(not {self._one()})"
        if self.words.take("("):
            inner = self._either()
            self.words.need(")")
            return inner
        name = self._field(self.words.next())
        operator = self.words.next().lower()
        if operator in ("in", "not"):
            if operator == "not":
                self.words.need("in")
            return self._listed(name, "" if operator == "in" else "not ")
        if operator == "like":
            self.values.append(value_of(self.entity, name, self.words.next()))
            return f'"{name}" ilike ?'
        if operator not in COMPARISONS:
            raise malformed(f"unexpected token: '{operator}'")
        value = value_of(self.entity, name, self.words.next())
        if value is None:
            return f'"{name}" is {"" if operator == "=" else "not "}null'
        self.values.append(value)
        is_unequal = COMPARISONS[operator] == "<>"
        return f'"{name}" {"is distinct from" if is_unequal else COMPARISONS[operator]} ?'

    def _listed(self, name: str, negated: str) -> str:
        self.words.need("(")
        found = [value_of(self.entity, name, self.words.next())]
        while self.words.take(","):
            found.append(value_of(self.entity, name, self.words.next()))
        self.words.need(")")
        self.values.append(found)
        return f'{negated}list_contains(?, "{name}")'

    def _order(self) -> str:
        """Nulls come first unless asked otherwise; ties go by id, so pages never overlap."""
        if not self.words.take("order"):
            return '"Id"'
        self.words.need("by")
        parts = []
        while True:
            name = self._field(self.words.next())
            way = "desc" if self.words.take("desc") else "asc"
            self.words.take("asc")
            nulls = "first"
            if self.words.take("nulls"):
                nulls = self.words.next().lower()
                if nulls not in ("first", "last"):
                    raise malformed(f"unexpected token: '{nulls}'")
            parts.append(f'"{name}" {way} nulls {nulls}')
            if not self.words.take(","):
                return ", ".join([*parts, '"Id"'])

    def _field(self, given: str) -> str:
        name = FIELDS[self.entity].get(given.lower())
        if name is None or f"{self.entity}.{name}" in self.hidden:
            raise invalid_field(given, self.entity, self.text)
        return name
