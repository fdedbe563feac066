"""A request that a test sends, and how its answer is read and continued."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request, and from an answer to it: the rows' ids, and the next page's request if there is one."""

    method: str
    path: str
    params: dict[str, str] | None = None
    json: Any = None
    data: dict[str, str] | None = None
    headers: dict[str, str] | None = None
    ids: Callable[[Any], list[str]] | None = None
    after: Callable[[Any], "Asked | None"] | None = None


def ids_of(name: str) -> Callable[[Any], list[str]]:
    return lambda answer: [row["id"] for row in answer[name]]
