"""Who is watched and where, and who is asked for a word alone, as a configuration says."""

from collections.abc import Mapping
from dataclasses import dataclass

from trayuptime.config.values import Config, ProviderConfig
from trayuptime.core.model import Key, Rules, Surface
from trayuptime.core.state import Role, Target
from trayuptime.probes.hosts import target_of

NEUTRAL = Key(":neutral", Surface.WEB)
"""The neutral address among those that can be asked; no provider may have this id."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody who may be asked.

    Attributes:
        providers: those that are watched, by id, in the user's order.
        rules: the thresholds of each surface that is watched.
        targets: where each surface is asked, and the neutral address if there is one.
        neutral: that address as a website, which is asked when the judge wants its word and at no other time.
    """

    providers: Mapping[str, ProviderConfig]
    rules: Mapping[Key, Rules]
    targets: Mapping[Key, Target]
    neutral: ProviderConfig | None = None

    def of(self, key: Key) -> ProviderConfig | None:
        """Whom to ask for a surface; `None` once it is no longer watched."""
        return self.neutral if key == NEUTRAL else self.providers.get(key.provider)


def roster_of(config: Config) -> Roster:
    """The enabled providers with all their surfaces."""
    providers = {provider.id: provider for provider in config.providers if provider.enabled}
    rules = {Key(p.id, surface): p.rules for p in providers.values() for surface in p.surfaces}
    targets = {key: target_of(providers[key.provider], key.surface) for key in rules}
    if config.neutral_url is None:
        return Roster(providers, rules, targets)
    neutral = ProviderConfig(
        id=NEUTRAL.provider,
        name="the neutral address",
        kind="website",
        reach_url=config.neutral_url,
        rules=config.rules,
        surfaces=(NEUTRAL.surface,),
        web_url=config.neutral_url,
    )
    place = target_of(neutral, NEUTRAL.surface)
    targets[NEUTRAL] = Target(place.host, place.reach, Role.NEUTRAL)
    return Roster(providers, rules, targets, neutral)
