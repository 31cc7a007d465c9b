"""Which probe a surface gets, and with what: the table from surface and level to the module that asks."""

from collections.abc import Callable

from trayuptime.config.keys import NoKey
from trayuptime.config.values import ProviderConfig
from trayuptime.core.model import Level, Surface
from trayuptime.probes import local, models, reach, web
from trayuptime.probes.ask import Order

Builder = Callable[[ProviderConfig, Surface, str | None], Order]

_BUILDERS: dict[Level, Builder] = {Level.REACH: reach.order, Level.MODELS: models.order}


def level_of(provider: ProviderConfig, surface: Surface, secret: str | None, *, may_show_key: bool) -> Level:
    """How much is asked of a surface now.

    Args:
        provider: as configured.
        surface: one of its surfaces.
        secret: its key, if it could be read.
        may_show_key: the key was not rejected a moment ago.
    """
    if surface is not Surface.API or provider.models_url is None:
        return Level.REACH
    if isinstance(provider.key, NoKey):
        return provider.keyless_level
    return Level.MODELS if secret is not None and may_show_key else Level.REACH


def order_for(provider: ProviderConfig, surface: Surface, level: Level, secret: str | None) -> Order:
    """The probe of a surface at a level."""
    if surface is not Surface.API or provider.dialect is None:
        return web.order(provider, surface, secret)
    order = _BUILDERS[level](provider, surface, secret)
    return order if provider.server is None else local.ask_its_own_way(order, provider.server, level)
