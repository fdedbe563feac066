"""Users one by one, their identities, and the list of deleted ones.

Source: developer.zendesk.com, Users; User Identities.
"""

from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from sandbox.world.model import AccountSpec, World
from sandbox.zendesk.errors import not_found
from sandbox.zendesk.limits import LIST_MAXIMUM
from sandbox.zendesk.pages import Store, faulty, size_of


class Users:
    def __init__(self, world: World, account: AccountSpec) -> None:
        self._store = Store(world, account)

    def deleted(self, query: QueryParams, url: str, fault: str | None) -> Any:
        """Offset pages of at most 100."""
        size = size_of(query, LIST_MAXIMUM)
        page = max(1, int(query["page"])) if query.get("page", "").isdigit() else 1
        page += fault == "missing_page"
        found = self._store.rows(
            """select id, url, name, email, created_at, updated_at, time_zone, phone, shared_phone_number, photo,
                locale_id, locale, organization_id, role, active
            from zendesk.users where _account = ? and not active order by id""",
            [self._store.account],
        )
        first = (page - 1) * size
        shown = faulty(fault, range(first, min(len(found), first + size)), size, first)

        def link(number: int) -> str:
            kept = [(k, v) for k, v in query.multi_items() if k != "page"]
            return f"{url}?{urlencode([*kept, ('page', number)])}"

        return {
            "deleted_users": [found[place] for place in shown],
            "count": len(found),
            "next_page": link(page + 1) if first + size < len(found) else None,
            "previous_page": link(page - 1) if page > 1 else None,
        }

    def identities(self, given: str) -> Any:
        listed = self._store.rows(
            "select * exclude (_account, _seq) from zendesk.user_identities where user_id = ? order by id",
            [int(given) if given.isdigit() else 0],
        )
        if not listed and self.user(given) is None:
            raise not_found()
        return {
            "identities": listed,
            "count": len(listed),
            "next_page": None,
            "previous_page": None,
        }

    def user(self, given: str) -> Any:
        """A user, inactive ones too."""
        found = self._store.rows(
            "select * exclude (_account, _seq) from zendesk.users where _account = ? and id = ?",
            [self._store.account, int(given) if given.isdigit() else 0],
        )
        return found[0] if found else None

    def of_address(self, email: str) -> Any:
        found = self._store.rows(
            "select * exclude (_account, _seq) from zendesk.users where _account = ? and email = ?",
            [self._store.account, email],
        )
        return found[0] if found else None
