"""The admin's looks: its names, colours, style sheet and where its menu comes from."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Notify",
    "SITE_HEADER": "Notify",
    "SITE_URL": None,  # there is no other site to return to
    "SITE_SYMBOL": "notifications_active",
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "ENVIRONMENT": "notify_project.admin_site.environment",
    "DASHBOARD_CALLBACK": "events.admin.start.first_steps",
    "STYLES": [lambda request: static("notify_project/admin.css")],
    "SCRIPTS": [lambda request: static("notify_project/admin.js")],
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("notify_project/favicon.svg"),
        }
    ],
    "SIDEBAR": {"navigation": "notify_project.admin_site.navigation"},
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(70.7% .165 254.624)",
            "500": "oklch(62.3% .188 259.815)",
            "600": "oklch(50% .17 259)",
            "700": "oklch(43% .16 260)",
            "800": "oklch(38% .14 262)",
            "900": "oklch(33% .12 264)",
            "950": "oklch(25% .09 266)",
        }
    },
}
