"""The words of django-unfold that Django has no French for, so that ours has them.

unfold brings no translations; its pages look these up by their English. Nothing reads
the table: it stands here to be collected by `make messages`.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

UNFOLD_SAYS = (
    *(_("Apply Filters"), _("Reset filters"), _("Type to search")),
    *(_("Search apps and models..."), _("No results matching your query")),
    *(_("No results found"), _("Loading more results..."), _("Recent searches")),
    *(_("No recent searches"), _("All applications"), _("Welcome back to")),
    *(_("Forgotten your password or username?"), _("Toggle password visibility")),
    *(_("You have been successfully logged out from the administration"),),
    *(_("Light"), _("Dark"), _("General"), _("Go back"), _("More actions")),
    *(_("Previous"), _("Next"), _("Select value"), _("Select action")),
    *(_("Select action to run"), _("Select all rows"), _("Select record")),
    *(_("Expand row"), _("Run"), _("Submit"), _("No data"), _("Add row")),
    *(_("True"), _("False"), _("This item will be deleted.")),
    *(_("Choose file to upload"), _("Click to cancel"), _("Click to download")),
    *(_("Raw passwords are not stored, so there is no way to see this "),),
    *(_("After you've created a user, you’ll be able to edit more user options."),),  # noqa: RUF001, theirs
)
