"""Batches of the CRM: objects by id, and the companies of contacts. Who has none is an error beside.

Source: developers.hubspot.com, batch read and associations v4; the answer is then 207 with ``numErrors``.
"""

from typing import Any

from sandbox.hubspot.errors import invalid
from sandbox.hubspot.limits import ASSOCIATIONS_MAXIMUM, BATCH_MAXIMUM
from sandbox.hubspot.store import Store


def objects(store: Store, asked: Any, now: str) -> tuple[int, Any]:
    ids = _inputs(asked, BATCH_MAXIMUM)
    properties = [str(name) for name in asked.get("properties") or []]
    found = {given: store.one(given, archived=False, by=None) for given in ids}
    missing = [given for given, row in found.items() if row is None]
    error = {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": f"Could not get some {store.kind.upper()} objects, they may be deleted or not exist."
        " Check that ids are valid.",
        "context": {"ids": missing},
    }
    results = [store.shown(row, properties) for row in found.values() if row]
    return _completed(results, [error] if missing else [], now)


def companies_of_contacts(store: Store, asked: Any, now: str) -> tuple[int, Any]:
    ids = _inputs(asked, ASSOCIATIONS_MAXIMUM)
    found = store.companies_of(ids)
    results = [{"from": {"id": given}, "to": found[given]} for given in ids if given in found]
    return _completed(results, [_without(given) for given in ids if given not in found], now)


def _without(contact: str) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No company is associated with contact {contact}.",
        "context": {
            "fromObjectId": [contact],
            "fromObjectType": ["contact"],
            "toObjectType": ["company"],
        },
    }


def _completed(results: list, errors: list, now: str) -> tuple[int, Any]:
    answer = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
    if not errors:
        return 200, answer
    return 207, {**answer, "numErrors": len(errors), "errors": errors}


def _inputs(asked: Any, most: int) -> list[str]:
    try:
        ids = [str(one["id"]) for one in asked["inputs"]]
    except (KeyError, TypeError):
        raise invalid("Invalid input JSON: inputs are objects with an id") from None
    if len(ids) > most:
        raise invalid(f"{len(ids)} inputs: at most {most} in one batch")
    return list(dict.fromkeys(ids))
