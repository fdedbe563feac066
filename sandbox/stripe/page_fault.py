"""Page faults of a list: which rows come instead of those that were asked for."""

from sandbox.stripe.parameters import Asked
from sandbox.stripe.store import Page, Store


def page(store: Store, resource: str, asked: Asked, fault: str | None) -> Page:
    found = store.page(resource, asked)
    if fault == "reordered_page":
        return Page(found.rows[::-1], found.has_more)
    if fault == "missing_page":
        if not found.has_more or found.edge is None:
            return Page([])
        return store.page_after(resource, asked, found.edge)
    if fault == "duplicate_page":
        if asked.starting_after is None:
            return Page([*found.rows, *found.rows], found.has_more)
        place = store.place(resource, asked.starting_after, "starting_after")
        return store.page_before(resource, asked, place)
    return found
