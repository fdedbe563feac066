"""Shopify's bulk operations: start one, wait for it, take its file, believe no count unchecked."""

import time
from pathlib import Path
from typing import Any

from ingestion.errors import IncompleteLoad, VendorError
from ingestion.landing import Landing
from ingestion.shopify_api import Shop
from ingestion.shopify_documents import POLL_BULK, RUN_BULK, Stream, bulk

WAITING = frozenset({"CREATED", "RUNNING", "CANCELING"})
BUSY = frozenset(
    {"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}
)  # five run at once, ours or another app's


def start(shop: Shop, stream: Stream, search: str) -> str:
    """Start the operation and give its id; while the shop's places are taken, wait for one."""
    waited, pause = 0.0, shop.client.patience.poll_first
    while True:
        answer = shop.query(RUN_BULK, {"query": bulk(stream, search)})["bulkOperationRunQuery"]
        errors = answer["userErrors"]
        if not errors:
            return answer["bulkOperation"]["id"]
        busy = all(error["code"] in BUSY for error in errors)
        if not busy or waited > shop.client.patience.poll_total:
            said = "; ".join(error["message"] for error in errors)
            raise VendorError(f"{_where(shop, stream)}: no bulk operation: {said}")
        time.sleep(pause)
        waited += pause
        pause = min(pause * 1.5, shop.client.patience.poll_longest)


def collect(shop: Shop, stream: Stream, operation: str, landing: Landing, folder: Path) -> int:
    """Wait for an operation and hand its lines to the landing; gives back how many roots it holds."""
    done = _wait(shop, stream, operation)
    objects, roots = int(done["objectCount"]), int(done["rootObjectCount"])
    if objects == 0:
        return 0
    if not done["url"]:
        raise IncompleteLoad(f"{_where(shop, stream)}: {objects} objects and no file; load again")
    file = shop.client.download(done["url"], folder / f"{stream.name}.bulk.jsonl")
    try:
        with file.open("rb") as lines:
            seen = landing.add_file(lines)
    finally:
        file.unlink()
    if seen != objects:
        raise IncompleteLoad(
            f"{_where(shop, stream)}: the bulk file has {seen} lines, Shopify counts {objects} objects;"
            " it was cut short, load again"
        )
    return roots


def _wait(shop: Shop, stream: Stream, operation: str) -> dict[str, Any]:
    patience = shop.client.patience
    waited, pause = 0.0, patience.poll_first
    while True:
        state = shop.query(POLL_BULK, {"id": operation})["bulkOperation"]
        if state["status"] not in WAITING:
            break
        if waited > patience.poll_total:
            raise IncompleteLoad(
                f"{_where(shop, stream)}: still {state['status']} after {waited:.0f} s"
            )
        time.sleep(pause)
        waited += pause
        pause = min(pause * 1.5, patience.poll_longest)
    if state["status"] != "COMPLETED":
        raise IncompleteLoad(
            f"{_where(shop, stream)}: the bulk operation ended {state['status']}"
            f" ({state['errorCode'] or 'no error code'}); nothing of it was kept, load again"
        )
    return state


def _where(shop: Shop, stream: Stream) -> str:
    return f"shopify {shop.account.account}, {stream.name}"
