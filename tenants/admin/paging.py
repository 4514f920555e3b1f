"""Pages of lists that only grow: nothing is counted, and nobody leafs without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import cached_property

if TYPE_CHECKING:  # unfold has no types; Django's own are the same to callers
    from typing import Any

    from django.core.paginator import Paginator

    _Infinite = Paginator[Any]
else:
    from unfold.paginator import InfinitePaginator as _Infinite

_DEEPEST_ROW = 10_000


class InfinitePaginator(_Infinite):
    """Says nothing of how many rows there are; ends at the 10,000th.

    The database would read every row before the page; whoever looks for more narrows
    the list. (unfold's pages know it by its name.)
    """

    @cached_property
    def count(self) -> int:
        return _DEEPEST_ROW
