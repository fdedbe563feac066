"""Page faults in a connection: which rows come instead of those that were asked for."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sandbox.shopify.rows import Page, Window, make_cursor, parse_cursor


def faulty_page(
    fault: str | None, fetch: Callable[[Window], Page], window: Window
) -> tuple[Page, Window]:
    """The page that a client asking for ``window`` gets, and the window it really is."""
    page = fetch(window)
    if fault == "missing_page":
        if not page.has_more:
            return Page([]), window
        edge = page.rows[0 if window.backward else -1].cursor
        window = _from(window, edge)
        return fetch(window), window
    if fault == "duplicate_page":
        asked_from = window.before if window.backward else window.after
        if asked_from is None:
            return Page([*page.rows, *page.rows], page.has_more), window
        return _page_before(fetch, window, asked_from), window
    return page, window


def reordered(fault: str | None, shown: dict[str, Any]) -> dict[str, Any]:
    """Last row first, while ``pageInfo`` speaks of the page in its right order."""
    if fault != "reordered_page":
        return shown
    return {**shown, "edges": shown["edges"][::-1], "nodes": shown["nodes"][::-1]}


def _from(window: Window, cursor: str) -> Window:
    return replace(window, before=cursor) if window.backward else replace(window, after=cursor)


def _page_before(fetch: Callable[[Window], Page], window: Window, cursor: str) -> Page:
    """The rows up to and with the one whose cursor the client gave, as many as it asks for.

    Cursors exclude their own row and ties are whole numbers, so one step further includes it.
    """
    sort, tie = parse_cursor(cursor)
    step = -1 if window.reverse != window.backward else 1
    past = make_cursor(sort, max(0, tie + step))
    other = (
        replace(window, backward=False, before=None, after=past)
        if window.backward
        else replace(window, backward=True, after=None, before=past)
    )
    # A backward page says whether more lies before it; behind it there is the page that was asked for.
    return Page(fetch(other).rows, has_more=True)
