"""How long a request is tried: quick tries, long waits, what the vendor asks for; each wait is told."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingestion.errors import VendorError
from ingestion.http import Client
from ingestion.patience import WAITS, Patience, PatienceError, configured
from tests.ingestion.conftest import account_of
from tests.ingestion.tiny_shop import at_a_socket

QUICK = Patience(attempts=2, first=0.01, longest=0.05, timeout=5)
WAITING = Patience(attempts=2, first=0.01, longest=0.05, timeout=5, waits=(0.02, 0.03, 0.04))


class TinyVendor:
    """Answers with what it is given, one after the other, then well."""

    def __init__(self, *answers: Response) -> None:
        self.answers, self.asked = list(answers), 0

    async def serve(self, _: Request) -> Response:
        self.asked += 1
        return self.answers.pop(0) if self.answers else Response("{}")


@contextmanager
def asking(vendor: TinyVendor, patience: Patience) -> Iterator[Client]:
    with at_a_socket(Route("/{path:path}", vendor.serve)) as base_url:
        client = Client(account_of(base_url, "tiny", "treasury"), patience)
        try:
            yield client
        finally:
            client.close()


def failing(times: int, status: int = 503, **headers: str) -> TinyVendor:
    return TinyVendor(*(Response(status_code=status, headers=headers) for _ in range(times)))


def test_an_outage_longer_than_the_quick_tries_is_waited_out(caplog: pytest.LogCaptureFixture):
    vendor = failing(4)
    with asking(vendor, WAITING) as client, caplog.at_level(logging.INFO):
        assert client.json("/rates") == {}
    assert vendor.asked == 5
    said = r"treasury tiny: answer 503 from /rates; try (\d) of 5 at 20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ, in"
    assert re.findall(said, caplog.text) == ["2", "3", "4", "5"]


def test_a_vendor_that_stays_down_is_an_error_after_the_last_wait():
    vendor = failing(99)
    with (
        asking(vendor, WAITING) as client,
        pytest.raises(
            VendorError, match=r"/rates still fails after 5 tries \(answer 503\)"
        ) as said,
    ):
        client.json("/rates")
    assert vendor.asked == 5
    assert said.value.asked == "/rates"


def test_long_waits_follow_the_quick_ones_each_a_little_off():
    patience = Patience(attempts=3, first=0.5, waits=WAITS)
    for _ in range(50):
        pauses = list(patience.pauses())
        nominal = (0.5, 1.0, *WAITS)
        assert len(pauses) == len(nominal) == patience.tries - 1
        assert all(0.8 * n <= p <= 1.2 * n for n, p in zip(nominal, pauses, strict=True))


def test_what_the_vendor_asks_for_wins(caplog: pytest.LogCaptureFixture):
    vendor = failing(1, 429, **{"Retry-After": "0.2"})
    patience = Patience(attempts=2, first=0.01, longest=0.05, waits=(60,))
    with asking(vendor, patience) as client, caplog.at_level(logging.INFO):
        client.json("/rates")
    assert "answer 429 from /rates; try 2 of 3" in caplog.text
    assert "in 0.2 s" in caplog.text


def test_a_vendor_that_wants_to_be_left_alone_for_longer_than_we_wait_is_not_asked_again():
    vendor = failing(1, 429, **{"Retry-After": "7200"})
    said = r"asks to be left alone for 7200 s \(answer 429\).* load again after 20\d\d-"
    with asking(vendor, QUICK) as client, pytest.raises(VendorError, match=said):
        client.json("/rates")
    assert vendor.asked == 1


@pytest.mark.parametrize(
    ("said", "waits"),
    [(None, (30, 120, 480, 1800)), ("", ()), ("1, 2.5", (1, 2.5)), ("0", (0,))],
)
def test_the_waits_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, said: str | None, waits: tuple[float, ...]
):
    monkeypatch.delenv("CONCORD_RETRY_WAITS", raising=False)
    if said is not None:
        monkeypatch.setenv("CONCORD_RETRY_WAITS", said)
    assert configured().waits == waits


@pytest.mark.parametrize("said", ["soon", "1;2", "30,-1"])
def test_waits_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, said: str):
    monkeypatch.setenv("CONCORD_RETRY_WAITS", said)
    with pytest.raises(PatienceError, match=f"CONCORD_RETRY_WAITS is '{said}'; write seconds"):
        configured()
