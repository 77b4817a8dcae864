"""What the lists of the admin's front page are made of; which lists there are says `queue`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Row:
    """A line of a list. url, centre: where it leads; cells: what the other columns say."""

    url: str
    centre: str
    cells: tuple
    is_late: bool = False


@dataclass(frozen=True)
class Kind:
    """What a list is of. ready: function of a queryset that puts it in order, with what the rows
    need; row: function (instance, now) to `Row`."""

    headings: tuple
    changelist: str
    ready: Callable
    row: Callable


@dataclass(frozen=True)
class Section:
    """A list of the front page, shown to whoever has one of `permissions`.

    rows: function (user, now) to a queryset. query: what the full list is asked for.
    """

    name: str
    title: str
    when_empty: str
    permissions: tuple
    kind: Kind
    query: str
    rows: Callable

    def is_for(self, user):
        return any(user.has_perm(permission) for permission in self.permissions)


@dataclass(frozen=True)
class Waiting:
    """A section as one person sees it: `count` is exact, `rows` the first few."""

    section: Section
    count: int
    rows: list

    @property
    def url(self):
        whole = reverse(self.section.kind.changelist)
        return f"{whole}?{self.section.query}" if self.section.query else whole
