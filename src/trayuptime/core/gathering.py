"""Which bubbles the desktop shows of what is told: a burst of several that say the same is one bubble.

The last step before the screen. What happened is told once for each incident, to everybody else as ever;
here seven outages in one look become "7 providers are down", and the first of them has not waited for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from trayuptime.core.model import Instant
from trayuptime.core.notice import DETAILS, News, Notice, Renew, Shared, Sign, Urgency, Withdrawal
from trayuptime.core.summary import listed

FEWEST = 3
"""Two bubbles are no storm, and each has a button for what to do about it."""
BURST_S = 60.0
"""As long as a usual look at everybody takes: what comes within it came at once."""
NAMED = 3
"""How many are named in one bubble; the others are counted."""
_NOBODY = ":"
"""No provider's id begins with it."""
_LOUDNESS = (Urgency.LOW, Urgency.NORMAL, Urgency.CRITICAL)


@dataclass(frozen=True, slots=True)
class Show:
    """A bubble with news, in place of the earlier one of its key; or of another key, which has none then."""

    notice: Notice
    instead_of: str | None = None


Deed = Show | Renew | Withdrawal
"""What is to be done on the screen."""


@dataclass(frozen=True, slots=True)
class Group:
    """What one bubble tells of several.

    Attributes:
        notices: what each of its own would say, in the order in which they came.
        at: when the last of them came.
    """

    notices: tuple[Notice, ...]
    at: Instant


@dataclass(frozen=True, slots=True)
class Gathering:
    """What the bubbles said last, whether or not the user has closed them since.

    Attributes:
        lone: by key, what a bubble of its own has told, and when; those that may yet be gathered.
        groups: by what they say.
    """

    lone: Mapping[str, tuple[Notice, Instant]] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """A bubble that an earlier run has left on the screen.

    Attributes:
        key: of the bubble.
        urgency: how loudly it was told.
        sign: what it is of.
        of: the keys that it speaks for, where it was gathered from several.
    """

    key: str
    urgency: Urgency
    sign: Sign
    of: tuple[str, ...] = ()


def resume(left: Iterable[Left], names: Mapping[str, str]) -> tuple[Gathering, list[Renew | Withdrawal]]:
    """What to do at the start about the bubbles that an earlier run has left.

    Args:
        left: the bubbles.
        names: the display names, by id, of the providers of whom what was said may still be true.

    Returns:
        What the bubbles of several say, and what is no longer so: it goes, quietly.
    """
    groups: dict[str, Group] = {}
    deeds: list[Renew | Withdrawal] = []
    for bubble in left:
        if not bubble.of:
            if bubble.key not in names and not bubble.key.startswith(_NOBODY):
                deeds.append(Withdrawal(bubble.key))
            continue
        what = bubble.key.removeprefix(_NOBODY)
        lasting = [key for key in bubble.of if key in names]
        if not lasting:
            deeds.append(Withdrawal(bubble.key))
            continue
        groups[what] = Group(tuple(_said_by(bubble, key, names[key], what) for key in lasting), 0)
        if len(lasting) < len(bubble.of):
            deeds.append(Renew(_gathered(what, groups[what])))
    return Gathering(groups=groups), deeds


def gather(before: Gathering, news: Iterable[News], now: Instant) -> tuple[Gathering, list[Deed]]:
    """What to do on the screen about what is told.

    Args:
        before: what the bubbles said.
        news: what is told, in order.
        now: when.

    Returns:
        What they say then, and how that comes about, in order.
    """
    lately = {key: (said, at) for key, (said, at) in before.lone.items() if _is_lately(at, now)}
    work = _Work(now, lately, dict(before.groups))
    for one in news:
        work.hear(one)
    work.empty()
    for what in dict.fromkeys(_what(notice) for notice in work.fresh.values()):
        work.say(what)
    work.finish()
    return Gathering(work.lone, work.groups), work.deeds


@dataclass(slots=True)
class _Work:
    """One gathering while it is made.

    Attributes:
        fresh: by key, what is told now and may be gathered.
        shrunk: the groups that somebody has left.
        free: the keys of bubbles that have nothing more to say, whose place another may have.
    """

    now: Instant
    lone: dict[str, tuple[Notice, Instant]]
    groups: dict[str, Group]
    deeds: list[Deed] = field(default_factory=list)
    fresh: dict[str, Notice] = field(default_factory=dict)
    shrunk: dict[str, None] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)

    def hear(self, one: News) -> None:
        """Whatever was said of this key before is said no more."""
        if isinstance(one, Renew):
            self._renew(one)
            return
        for what, group in self.groups.items():
            left = tuple(each for each in group.notices if each.key != one.key)
            if len(left) < len(group.notices):
                self.groups[what] = replace(group, notices=left)
                self.shrunk[what] = None
        self.lone.pop(one.key, None)
        self.fresh.pop(one.key, None)
        if isinstance(one, Withdrawal):
            self.deeds.append(one)
        elif one.shared is None:
            self.deeds.append(Show(one))
        else:
            self.fresh[one.key] = one
            self.lone[one.key] = one, self.now

    def _renew(self, one: Renew) -> None:
        """Where several are told of it is one of them still; its own words may be needed once more."""
        for what, group in self.groups.items():
            if one.key in {each.key for each in group.notices}:
                if what != _what(one.notice):
                    self.hear(one.notice)  # it cannot be said there
                    return
                notices = tuple(one.notice if each.key == one.key else each for each in group.notices)
                self.groups[what] = replace(group, notices=notices)
                self.shrunk[what] = None
                return
        if one.key in self.lone:
            self.lone[one.key] = one.notice, self.lone[one.key][1]
        if one.key in self.fresh:
            self.fresh[one.key] = one.notice
        else:
            self.deeds.append(one)

    def empty(self) -> None:
        """What tells of nobody any more makes room."""
        for what in [what for what in self.shrunk if not self.groups[what].notices]:
            del self.groups[what], self.shrunk[what]
            self.free.append(_key(what))

    def say(self, what: str) -> None:
        """Says this of whom it is told, in one bubble if they are several."""
        burst = [said for said, _ in self.lone.values() if _what(said) == what]
        group = self.groups.get(what)
        joins = group is not None and _is_lately(group.at, self.now)
        if not joins and len(burst) < FEWEST:
            self.deeds += [Show(said, self._place()) for said in burst if said.key in self.fresh]
            return
        # What is over is told once; what lasts is as true of those that were told long ago.
        stays = group is not None and (joins or not group.notices[0].transient)
        earlier = group.notices if group is not None and stays else ()
        self.groups[what] = Group((*earlier, *burst), self.now)
        self.shrunk.pop(what, None)
        own = [said.key for said in burst]
        place = None if group is not None or self._stays(_key(what)) else self._place() or own.pop(0)
        self.deeds += [Show(_gathered(what, self.groups[what]), place), *map(Withdrawal, own)]
        for said in burst:
            del self.lone[said.key]

    def finish(self) -> None:
        """What has changed without being news."""
        self.deeds += [Renew(_gathered(what, self.groups[what])) for what in self.shrunk]
        self.deeds += map(Withdrawal, self.free)

    def _stays(self, key: str) -> bool:
        """Whether this bubble had nothing more to say, and has again: nobody else may have its place."""
        found = key in self.free
        if found:
            self.free.remove(key)
        return found

    def _place(self) -> str | None:
        return self.free.pop(0) if self.free else None


def _is_lately(at: Instant, now: Instant) -> bool:
    """Within the same burst; never what is of a later time, for the clock was set back since."""
    return 0 <= now - at <= BURST_S * 1000


def _gathered(what: str, group: Group) -> Notice:
    notices = group.notices
    names = [each.shared.name for each in notices if each.shared is not None]
    title, body = f"{len(notices)} providers are {what}", f"{listed(names, NAMED)}."
    if len(notices) == 1:  # the last one left: what its own would say
        title, body = notices[0].title, notices[0].body
    return Notice(
        _key(what),
        title,
        body,
        max((each.urgency for each in notices), key=_LOUDNESS.index),
        (DETAILS,),
        transient=all(each.transient for each in notices),
        sign=notices[0].sign,
        of=tuple(each.key for each in notices),
    )


def _what(notice: Notice) -> str:
    assert notice.shared is not None
    return notice.shared.what


def _key(what: str) -> str:
    """No provider may have it as its id."""
    return f"{_NOBODY}{what}"


def _said_by(bubble: Left, key: str, name: str, what: str) -> Notice:
    """What one of several would say, as far as that is known to another run."""
    shared = Shared(name, what)
    return Notice(key, f"{name} is {what}", "", bubble.urgency, (), sign=bubble.sign, shared=shared)
