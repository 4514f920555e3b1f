"""`manage.py export_designs`, for those who keep designs in git."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from events.bundles import carrying, file
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail

pytestmark = pytest.mark.django_db


def test_the_same_designs_make_the_same_file():
    tenant = tenant_with_mail(slug="parks")
    published(tenant, "AppRec", mail_design())
    files = []
    for _turn in range(2):
        out = StringIO()
        call_command("export_designs", "parks", stdout=out)
        files.append(out.getvalue())

    assert files[0] == files[1]
    assert file.read(files[0].encode()) == carrying.of(tenant)


def test_an_unknown_tenant_is_told():
    with pytest.raises(CommandError, match="no such tenant"):
        call_command("export_designs", "nobody")
