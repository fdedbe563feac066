"""Shopify's search syntax (the ``query`` argument) as a condition over a world's columns.

``field:value``, ``field:>=value``, lists by comma, ``prefix*``, AND (or nothing) / OR / NOT, brackets.
As at Shopify a field it doesn't know filters nothing and is only warned of.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.shopify.search_fields import DEFAULT_COLUMNS, FIELDS, STATES

TOKEN = re.compile(
    r"""\s*(?:(?P<bracket>[()])
    |(?P<term>-?(?P<name>\w+):(?P<compare>>=|<=|>|<)?\s*
        (?P<value>'[^']*'|"[^"]*"|[^\s()]+))
    |(?P<word>"[^"]*"|'[^']*'|[^\s()]+))""",
    re.VERBOSE,
)
TAIL = "try_cast(regexp_extract({}, '[0-9]+$') as ubigint)"


@dataclass
class Search:
    """A parsed query: SQL with ``?`` for each of ``values``; ``warnings`` as in ``extensions``."""

    text: str
    kind: str
    zone: ZoneInfo
    now: datetime
    values: list[object] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tokens = list(TOKEN.finditer(self.text.strip()))
        self._at = 0
        self.sql = self._either() if self._tokens else "true"

    def _peek(self) -> re.Match[str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *words: str) -> bool:
        token = self._peek()
        if token and (token["word"] in words or token["bracket"] in words):
            self._at += 1
            return True
        return False

    def _either(self) -> str:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return f"({' or '.join(parts)})"

    def _both(self) -> str:
        parts = [self._one()]
        while (token := self._peek()) and token["bracket"] != ")" and token["word"] != "OR":
            self._take("AND")
            parts.append(self._one())
        return f"({' and '.join(parts)})"

    def _one(self) -> str:
        if self._take("NOT"):
            return f"not coalesce({self._one()}, false)"
        if self._take("("):
            inside = self._either()
            self._take(")")
            return inside
        token = self._peek()
        if token is None or token["bracket"]:
            self._at += 1
            return "true"
        self._at += 1
        if token["word"]:
            return self._anywhere(_bare(token["word"]))
        found = self._term(token["name"], token["compare"] or "=", _bare(token["value"]))
        return f"not coalesce({found}, false)" if token["term"].startswith("-") else found

    def _anywhere(self, word: str) -> str:
        columns = DEFAULT_COLUMNS.get(self.kind, ('"id"',))
        self.values += [word] * len(columns)
        return "(" + " or ".join(f"contains(lower({c}), lower(?))" for c in columns) + ")"

    def _term(self, name: str, compare: str, value: str) -> str:
        how, column = FIELDS[self.kind].get(name, ("unknown", ""))
        if how == "unknown":
            message = "Invalid search field for this query."
            self.warnings.append({"field": name, "message": message})
            return "true"
        if how == "state":
            state = STATES[self.kind, name].get(value.lower())
            if state is None:
                self.warnings.append({"field": name, "message": f"Invalid value {value}."})
            return f"({state or 'true'})"
        if how == "time":
            return self._time(column, compare, value)
        if how == "id":
            self.values.append(value)
            return f"{TAIL.format(column)} {compare} {TAIL.format('?')}"
        if how == "flag":
            self.values.append(value.lower() == "true")
            return f"{column} = ?"
        return self._words(how, column, value)

    def _words(self, how: str, column: str, value: str) -> str:
        parts = []
        for word in value.split(","):
            prefix = word.endswith("*")
            self.values.append(word.rstrip("*").lower())
            test = "starts_with(lower({}), ?)" if prefix else "lower({}) = ?"
            if how == "list":
                inside = f"lambda tag: {test.format('tag')}"
                parts.append(f"len(list_filter({column}, {inside})) > 0")
            else:
                parts.append(test.format(column))
        return f"({' or '.join(parts)})"

    def _time(self, column: str, compare: str, value: str) -> str:
        span = self._span(value)
        if span is None:
            self.warnings.append({"field": column, "message": f"Invalid time value {value}."})
            return "true"
        first, after = span
        self.values.append(after if compare in (">", "<=") and after != first else first)
        if compare == "=" and after != first:
            self.values.append(after)
            return f"({column} >= ? and {column} < ?)"
        # Past the last instant of a day is from the first of the next on, and up to it is before that.
        whole_day = {">": ">=", "<=": "<"} if after != first else {}
        return f"{column} {whole_day.get(compare, compare)} ?"

    def _span(self, value: str) -> tuple[str, str] | None:
        """First instant of what was meant and the one after it: equal for an instant."""
        if value == "now":
            return _utc(self.now), _utc(self.now)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        days = 1 if len(value) == len("2026-01-01") else 0
        return _utc(moment), _utc(moment + timedelta(days=days))


def _bare(text: str) -> str:
    return text[1:-1] if text[:1] in "'\"" and text[-1:] == text[:1] else text


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
