"""A deterministic commerce group: who bought what, when, for how much, in the vendor's own shape."""

from sandbox.world.build import build
from sandbox.world.model import ShopSpec, World

__all__ = ["ShopSpec", "World", "build"]
