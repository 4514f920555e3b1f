"""Child processes with limits, for what cannot be bounded within a thread.

children.py is our side, child.py the script that each child runs.
"""

from notify_project.isolation.children import (
    ChildFailed,
    Isolated,
    LimitReached,
    Limits,
)

__all__ = ["ChildFailed", "Isolated", "LimitReached", "Limits"]
