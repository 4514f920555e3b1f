"""Periodic tasks in the admin's own style: for operators, recorded like the rest."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_celery_beat import admin as beat
from django_celery_beat import models
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from tenants.admin.base import OperatorAdmin

_SCHEDULES = (
    models.IntervalSchedule,
    models.CrontabSchedule,
    models.ClockedSchedule,
    models.SolarSchedule,
)
for _model in (models.PeriodicTask, *_SCHEDULES):
    admin.site.unregister(_model)


class TaskSelect(UnfoldAdminSelectWidget, beat.TaskSelectWidget):  # type: ignore[misc]
    """The registered tasks."""


class TaskForm(beat.PeriodicTaskForm):  # type: ignore[misc]
    """Its library's form, in our widgets."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "task" in self.fields:
            self.fields["task"].widget = UnfoldAdminTextInputWidget()
        if "regtask" in self.fields:
            self.fields["regtask"].widget = TaskSelect()

    def _clean_json(self, field: str) -> str:
        try:
            checked: str = super()._clean_json(field)
        except RecursionError:
            raise ValidationError(_("This is nested too deeply.")) from None
        return checked


@admin.register(models.PeriodicTask)
class PeriodicTasksAdmin(OperatorAdmin, beat.PeriodicTaskAdmin):  # type: ignore[misc]
    """What beat rings for, and when."""

    form = TaskForm
    actions = None

    def get_form(
        self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Its library's form knows nothing of tenants."""
        return beat.PeriodicTaskAdmin.get_form(self, request, obj, change, **kwargs)


@admin.register(*_SCHEDULES)
class SchedulesAdmin(OperatorAdmin):
    """When periodic tasks run."""
