"""The rows of groups and their members."""

from recipients.models.group import Group, Member

__all__ = ["Group", "Member"]
