"""Credentials that make accounts of the system, read from the environment by name."""

from __future__ import annotations

from notify_project.environment import Environment


def account_variables(env: Environment) -> dict[str, str]:
    """By variable; empty where it is not set. providers/environment.py uses them."""
    return {
        "MMG_API_KEY": env.str("MMG_API_KEY", default=""),
        "MMG_URL": env.str("MMG_URL", default=""),
        "MMG_RECEIPT_URL": env.str("MMG_RECEIPT_URL", default=""),
        "MMG_INBOUND_SMS_AUTH": env.str("MMG_INBOUND_SMS_AUTH", default=""),
        "FIRETEXT_API_KEY": env.str("FIRETEXT_API_KEY", default=""),
        "FIRETEXT_INTERNATIONAL_API_KEY": env.str(
            "FIRETEXT_INTERNATIONAL_API_KEY", default=""
        ),
        "FIRETEXT_URL": env.str("FIRETEXT_URL", default=""),
        "FIRETEXT_RECEIPT_URL": env.str("FIRETEXT_RECEIPT_URL", default=""),
        "FIRETEXT_INBOUND_SMS_AUTH": env.str("FIRETEXT_INBOUND_SMS_AUTH", default=""),
        "AWS_REGION": env.str("AWS_REGION", default=""),
        "AWS_ACCESS_KEY_ID": env.str("AWS_ACCESS_KEY_ID", default=""),
        "AWS_SECRET_ACCESS_KEY": env.str("AWS_SECRET_ACCESS_KEY", default=""),
        "SES_STUB_URL": env.str("SES_STUB_URL", default=""),
    }
