"""A statement's words, one after the other: names, literals, signs; where it ends too early or goes on, an error."""

import re

from sandbox.salesforce.errors import malformed

WORD = re.compile(
    r"\s*('(?:[^'\\]|\\.)*'|>=|<=|!=|<>|[=<>(),]|[^\s=<>!(),']+)", re.IGNORECASE | re.DOTALL
)


class Words:
    def __init__(self, text: str) -> None:
        self._words: list[str] = WORD.findall(text)
        self._at = 0
        if re.sub(r"\s", "", "".join(self._words)) != re.sub(r"\s", "", text):
            raise malformed("unexpected token: '<EOF>'")

    def peek(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def next(self) -> str:
        word = self.peek()
        if not word:
            raise malformed("unexpected token: '<EOF>'")
        self._at += 1
        return word

    def whole(self) -> int:
        given = self.next()
        if not given.isdigit():
            raise malformed(f"unexpected token: '{given}'")
        return int(given)

    def take(self, word: str) -> bool:
        """Whether it comes next; if so, on to what follows."""
        found = self.peek().lower() == word
        self._at += found
        return found

    def need(self, word: str) -> None:
        if not self.take(word):
            raise malformed(f"unexpected token: '{self.peek() or '<EOF>'}'")
