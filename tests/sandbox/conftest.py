from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import serve
from sandbox.shopify.limits import Limits
from sandbox.shopify.scopes import SCOPES
from sandbox.world import World
from tests.sandbox.shop_client import ServeShop, ShopClient
from tests.sandbox.worlds import SMALL, look

# Points enough for any test that isn't about points.
GENEROUS = Limits(bucket=1_000_000, restore_rate=1_000_000, query_maximum=100_000)


@pytest.fixture(scope="session")
def small_world() -> World:
    return look(*SMALL)


@pytest.fixture(scope="session")
def group(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    """The whole small group served: account -> where and with what secret."""
    log = tmp_path_factory.mktemp("group") / "requests.jsonl"
    with serve.running(small_world, "test", log, GENEROUS) as served:
        yield {one.account: one for one in served}


@pytest.fixture(scope="session")
def shop(group: dict) -> Iterator[ShopClient]:
    """The shop in Berlin, asked with its token."""
    client = ShopClient(group["nordlicht-de"].base_url, group["nordlicht-de"].secret)
    yield client
    client.close()


@pytest.fixture
def serve_shop(small_world: World, tmp_path: Path) -> Iterator[ServeShop]:
    """Serves one shop with limits, scopes or a secret of the test's own."""
    factory = ServeShop(small_world, tmp_path, frozenset(SCOPES))
    yield factory
    factory.stop()
