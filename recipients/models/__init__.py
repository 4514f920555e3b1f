"""The rows of groups and lists, and of addresses that are kept away from."""

from recipients.models.group import Group, Member
from recipients.models.subscription import SubscriberList, Subscription
from recipients.models.suppression import Suppression

__all__ = ["Group", "Member", "SubscriberList", "Subscription", "Suppression"]
