"""Each account's application over a world; what must outlive a world (tokens, quotas) is kept here."""

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from starlette.types import ASGIApp

from sandbox.group_secrets import secret
from sandbox.rates import ecb, treasury
from sandbox.shopify import server as shopify
from sandbox.shopify.access import App
from sandbox.shopify.limits import Limits
from sandbox.world import World


@dataclass(frozen=True)
class Application:
    system: str
    account: str
    app: ASGIApp
    secret: str | None = None


@dataclass(frozen=True)
class Vendors:
    """Every system of a group: the module that serves it, and its accounts."""

    modules: dict[str, ModuleType]
    accounts: dict[str, tuple[str, ...]]


def vendors(world: World) -> Vendors:
    modules = {"shopify": shopify}
    accounts = {"shopify": tuple(shop.account for shop in world.shops)}
    for spec in world.accounts:
        if spec.system not in modules:
            modules[spec.system] = _server(spec.system)
        accounts[spec.system] = (*accounts.get(spec.system, ()), spec.account)
    modules |= {"ecb": ecb, "treasury": treasury}
    return Vendors(modules, accounts | {"ecb": ("ecb",), "treasury": ("treasury",)})


def _server(system: str) -> ModuleType:
    return importlib.import_module(f"sandbox.{system}.server")


@dataclass
class Applications:
    """Makes the applications of one world after the other; ``name`` is what secrets are derived from."""

    name: str
    folder: Path
    limits: Limits
    _shops: dict[str, shopify.Shop] = field(default_factory=dict)
    _kept: dict[str, Any] = field(default_factory=dict)

    def of(self, world: World) -> list[Application]:
        return [*self._of_shops(world), *self._of_accounts(world), *self._of_rates(world)]

    def stop(self) -> None:
        for shop in self._shops.values():
            shop.bulk.stop()

    def _of_shops(self, world: World) -> list[Application]:
        made = []
        for spec in world.shops:
            before = self._shops.get(spec.account)
            key = secret(self.name, spec.account, spec.secret_kind)
            app = before.app if before else App(key, limits=self.limits)
            shop = shopify.Shop(world, spec, app, self.folder, before)
            self._shops[spec.account] = shop
            made.append(Application("shopify", spec.account, shop.application(), key))
        return made

    def _of_accounts(self, world: World) -> list[Application]:
        made = []
        for spec in world.accounts:
            key = secret(self.name, spec.account, spec.system)
            server = _server(spec.system)
            kept = {}
            if hasattr(server, "Kept"):
                kept["kept"] = self._kept.setdefault(spec.account, server.Kept())
            app = server.application(world, spec, key, **kept)
            made.append(Application(spec.system, spec.account, app, key))
        return made

    def _of_rates(self, world: World) -> list[Application]:
        key = secret(self.name, "treasury", "treasury")
        return [
            Application("ecb", "ecb", ecb.application(world.con)),
            Application("treasury", "treasury", treasury.application(world.con, key), key),
        ]
