"""What can be wrong with groups and the suppression list, or with naming one."""

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
