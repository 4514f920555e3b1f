"""What can be wrong with groups, lists and the suppression list, or naming one."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from notify_project.errors import Conflict, Invalid, NotFound


class UnknownGroup(Invalid):
    """Recipients name a group that the tenant does not have."""

    code = "unknown_group"
    title = gettext_noop("There is no such group")


class GroupWrongChannel(Invalid):
    """The group exists, for another channel."""

    code = "group_wrong_channel"
    title = gettext_noop("The group is for another channel")


class InvalidGroup(Invalid):
    """A group cannot be saved like this."""

    code = "invalid_group"
    title = gettext_noop("The group cannot be saved")


class InvalidMember(Invalid):
    """An address that the group's channel cannot send to."""

    code = "invalid_member"
    title = gettext_noop("A member's address is not valid")


class GroupNameTaken(Conflict):
    """Names are unique in a tenant's channel, whatever their case."""

    code = "group_name_taken"
    title = gettext_noop("A group of this name exists")


class GroupInUse(Conflict):
    """Something configured names it."""

    code = "group_in_use"
    title = gettext_noop("The group is in use")


class InvalidSuppression(Invalid):
    """An address cannot be put on the suppression list like this."""

    code = "invalid_suppression"
    title = gettext_noop("The address cannot be suppressed")


class SuppressionNotFound(NotFound):
    """No such entry of the suppression list, or another tenant's."""

    code = "suppression_not_found"


class UnknownList(Invalid):
    """Recipients name a list that the tenant does not have."""

    code = "unknown_list"
    title = gettext_noop("There is no such list")


class ListNotFound(NotFound):
    """No such list, or another tenant's."""

    code = "list_not_found"


class InvalidList(Invalid):
    """A list cannot be saved like this."""

    code = "invalid_list"
    title = gettext_noop("The list cannot be saved")


class ListNameTaken(Conflict):
    """Names are unique in a tenant, whatever their case."""

    code = "list_name_taken"
    title = gettext_noop("A list of this name exists")


class ListInUse(Conflict):
    """Something configured names it."""

    code = "list_in_use"
    title = gettext_noop("The list is in use")


class InvalidSubscription(Invalid):
    """An address cannot be subscribed like this."""

    code = "invalid_subscription"
    title = gettext_noop("The address cannot be subscribed")


class SubscriptionNotFound(NotFound):
    """No such subscription, or of another list or tenant."""

    code = "subscription_not_found"


class LeftTheList(Conflict):
    """They unsubscribed: only they can say that they are back."""

    code = "left_the_list"
    title = gettext_noop("They have unsubscribed")


class InvalidSubscriptionLink(NotFound):
    """A link that is too old, altered, or of a subscription that is gone."""

    code = "invalid_subscription_link"


class InvalidSafeList(Invalid):
    """An entry that is no address of a person."""

    code = "invalid_safe_list"
    title = gettext_noop("The safe list cannot be like this")
