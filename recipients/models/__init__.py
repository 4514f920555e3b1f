"""The rows of groups and their members, and of addresses that are kept away from."""

from recipients.models.group import Group, Member
from recipients.models.suppression import Suppression

__all__ = ["Group", "Member", "Suppression"]
