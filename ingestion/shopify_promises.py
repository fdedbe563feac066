"""What a Shopify search promises to find: counted where Shopify counts, else the first ids of the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingestion.shopify_api import Shop
from ingestion.shopify_documents import roots_in
from ingestion.shopify_questions import WHOLE, count, opening
from ingestion.shopify_streams import Stream

MANY = 1_000_000  # more than the opening question lists: any large number will do


@dataclass(frozen=True)
class Promise:
    """``count`` is exact, None where Shopify gives none; ``ids`` are all there are, None where they
    are more than were listed. ``found``: the object itself, of a stream that is one.
    """

    count: int | None = None
    ids: frozenset[str] | None = None
    is_absent: bool = False  # the shop hasn't the thing these belong to
    found: dict[str, Any] | None = None
    whole: int | None = None  # all that the shop has, whatever is searched for

    @property
    def expected(self) -> int | None:
        return self.count if self.ids is None else len(self.ids)

    @property
    def size(self) -> int:
        return MANY if self.expected is None else self.expected


def promises(
    shop: Shop,
    asked: Sequence[tuple[Stream, bool]],
    searches: Mapping[str, str],
    whole: Sequence[Stream] = (),
) -> dict[str, Promise]:
    """The promise of every stream, by one query. ``asked``: streams, and whether each can be counted.

    ``whole``: those of which all are counted besides.
    """
    answer = shop.query(opening(asked, whole), searches)
    found = {
        stream.name: _promise(stream, answer[stream.name], is_counted=is_counted)
        for stream, is_counted in asked
    }
    for stream in whole:
        all_of_them = int(answer[f"{stream.name}{WHOLE}"]["count"])
        found[stream.name] = replace(found[stream.name], whole=all_of_them)
    return found


def counted(shop: Shop, stream: Stream, search: str) -> int:
    variables = {"query": search} if stream.count_filters else {}
    return int(shop.query(count(stream), variables)[stream.count or ""]["count"])


def _promise(stream: Stream, answer: Any, *, is_counted: bool) -> Promise:
    if stream.is_object:
        return Promise(count=1, found=answer)
    if is_counted:
        return Promise(count=int(answer["count"]))
    listed = roots_in(stream, {stream.under: answer} if stream.under else {stream.root: answer})
    if listed is None:
        return Promise(count=0, is_absent=True)
    if listed["pageInfo"]["hasNextPage"]:
        return Promise()
    return Promise(ids=frozenset(edge["node"]["id"] for edge in listed["edges"]))
