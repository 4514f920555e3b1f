"""The field of a page that takes a file."""

from __future__ import annotations

from tenants.admin.choosing_file import FileForm


def test_what_the_theme_writes_the_name_into_stands_beside_the_field():
    shown = str(FileForm(accept=".csv")["file"])

    assert 'type="file" name="file"' in shown
    assert 'accept=".csv"' in shown
    assert '<input type="text"' in shown
