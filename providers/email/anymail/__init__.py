"""The mail services that django-anymail knows, by one adapter.

https://anymail.dev/en/stable/esps/. The service is chosen in the account's form.
Requests leave by our guard: vetted address, total deadline, no retry, no redirect. What
the services tell of our mails comes to the account's address (tracking.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from notify_project.egress import EgressError, check_url
from notify_project.egress.sessions import guarded_session
from providers.base import Accepted, Capability, Provider, Receipt, Told, Word
from providers.channels import mime
from providers.channels.email import EmailPayload
from providers.config import ProviderConfig, SecretStr, option
from providers.email.anymail import answers, tracking
from providers.errors import (
    Misconfigured,
    Permanent,
    Unknown,
    redacted,
)
from providers.hooks import Hook


@dataclass(frozen=True, slots=True)
class Service:
    """One mail service: what it is called, and which of our fields it asks for.

    `settings` maps anymail's name of a setting to our field; `optional` names the
    fields that may be empty. `echo` is how our message id comes back in its receipts.
    """

    label: str
    settings: Mapping[str, str]
    optional: frozenset[str] = frozenset()
    echo: str = "metadata"


_URL = frozenset({"api_url"})
_KEY = {"api_key": "api_key", "api_url": "api_url"}
_TOKEN = {"api_token": "api_key", "api_url": "api_url"}

# Amazon SES is not here: anymail's backend wants boto3, which would bypass our guard.
SERVICES: Mapping[str, Service] = {
    "brevo": Service("Brevo", _KEY, _URL),
    "mailersend": Service("MailerSend", _TOKEN, _URL, echo="tags"),
    "mailgun": Service("Mailgun", {**_KEY, "sender_domain": "sender_domain"}, _URL),
    "mailjet": Service("Mailjet", {**_KEY, "secret_key": "secret_key"}, _URL),
    "mailtrap": Service("Mailtrap", _TOKEN, _URL),
    "mandrill": Service("Mandrill", _KEY, _URL),
    "postal": Service("Postal", _KEY, echo="tags"),
    "postmark": Service(
        "Postmark", {"server_token": "api_key", "api_url": "api_url"}, _URL
    ),
    "resend": Service("Resend", _KEY, _URL),
    "scaleway": Service(
        "Scaleway",
        {"secret_key": "api_key", "project_id": "project_id", "api_url": "api_url"},
        _URL,
    ),
    "sendgrid": Service("SendGrid", _KEY, _URL),
    "sparkpost": Service("SparkPost", _KEY, _URL),
    "unisender_go": Service("Unisender Go", _KEY),
}


@dataclass(frozen=True)
class AnymailConfig(ProviderConfig):
    """A mail service and its credentials."""

    service: str = option(
        _("Mail service"), choices={key: one.label for key, one in SERVICES.items()}
    )
    api_key: SecretStr = option(
        _("API key"),
        help=_("Called server token, API token or secret key by some services."),
    )
    secret_key: SecretStr | None = option(
        _("Secret key"), help=_("Mailjet only: the second half of its credentials.")
    )
    sender_domain: str = option(
        _("Sender domain"),
        help=_("Mailgun only: the domain registered there."),
        default="",
        pattern=r"[A-Za-z0-9.-]+",
        max=253,
    )
    project_id: str = option(
        _("Project ID"), help=_("Scaleway only."), default="", pattern=r"[A-Za-z0-9-]+"
    )
    webhook_key: SecretStr | None = option(
        _("Key of its webhooks"),
        help=_(
            "What the service signs its calls with, for MailerSend, Mailgun, Mailtrap, "
            "Mandrill, Postal and SendGrid. Empty: the account's address proves them."
        ),
    )
    api_url: str = option(
        _("API URL"),
        help=_("Empty: the service's usual one. Postal and Unisender Go have none."),
        default="",
        url=True,
        pattern=r"[^{}]+",
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        service = SERVICES[self.service]
        for field in dict.fromkeys(service.settings.values()):
            if field not in service.optional and not getattr(self, field):
                yield (
                    field,
                    _now("%(service)s needs this.") % {"service": service.label},
                )


# Before anything is posted: a feature or text that the service cannot carry.
_NOT_CARRIED = (AnymailError, ValueError, LookupError, TypeError, AttributeError)
_REFUSED_WORDS = frozenset({"invalid", "rejected", "failed"})


class Anymail(Provider[EmailPayload]):
    """Hands a mail to the chosen service; `provider_ref` is the id it gives."""

    label = "Anymail"
    docs_url = "https://anymail.dev/en/stable/esps/"
    config_class = AnymailConfig
    capabilities = frozenset({Capability.ATTACHMENTS, Capability.RECEIPTS})
    recipients_per_call = 50
    call_seconds = 15.0
    hook_answer = ("text/plain", "")

    def send(self, payload: EmailPayload) -> Accepted:
        """One API call for the whole envelope."""
        backend = self._backend()
        answered: list[int] = []
        backend.session.hooks["response"].append(
            lambda answer, **_kwargs: answered.append(answer.status_code)
        )
        message = _message(payload, echo=SERVICES[self.config.service].echo)
        try:
            backend.send_messages([message])
        except AnymailAPIError as failed:
            raise answers.failure(failed, self._clean) from None
        except AnymailRecipientsRefused:
            raise Permanent("The service refused every recipient.") from None
        except _NOT_CARRIED as failed:
            if answered:  # anymail's parsers raise all kinds at a strange answer
                raise Unknown("The service's answer cannot be read.") from None
            raise Permanent(self._clean(str(failed))) from None
        return _accepted(payload, message.anymail_status)

    def _backend(self) -> Any:
        """Anymail's backend; a fresh one, for it belongs to one thread."""
        service = SERVICES[self.config.service]
        given: dict[str, Any] = {
            setting: _plain(getattr(self.config, field))
            for setting, field in service.settings.items()
            if getattr(self.config, field)
        }
        name = f"anymail.backends.{self.config.service}.EmailBackend"
        try:
            backend: Any = get_connection(name, timeout=self.call_seconds, **given)
        except ImproperlyConfigured as failed:
            raise Misconfigured(self._clean(str(failed))) from None
        backend.session = guarded_session(total_seconds=self.call_seconds)
        return backend

    def _clean(self, text: str) -> str:
        secrets = [
            value.reveal()
            for value in (self.config.api_key, self.config.secret_key)
            if value
        ]
        return redacted(text, secrets)

    def verify_hook(self, hook: Hook) -> None:
        """By the account's address; by the signature too, if we have the key."""
        tracking.verify(hook, self.config.service, self._webhook_key())

    def read_hook(self, hook: Hook) -> Told:
        """What became of mails: delivered, bounced, complained of."""
        return tracking.read(hook, self.config.service, self._webhook_key())

    def _webhook_key(self) -> str:
        """One service signs with the very key that it is called with."""
        own = self.config.api_key if self.config.service == "unisender_go" else None
        key: SecretStr | None = own or self.config.webhook_key
        return key.reveal() if key else ""

    def check(self) -> str:
        """Whether the settings are complete and the service's API can be reached.

        The services have no common call that tries a key without sending.
        """
        backend = self._backend()
        try:
            check_url(backend.api_url)
        except EgressError as failed:
            raise answers.by_guard(failed) from None
        return _now(
            "The settings are complete and %(service)s has an address. Whether it "
            "takes the key shows with the first message."
        ) % {"service": SERVICES[self.config.service].label}


def _message(payload: EmailPayload, *, echo: str) -> Any:
    message: Any = EmailMultiAlternatives(
        subject=payload.subject,
        body=payload.text,
        from_email=formataddr((payload.sender_name, payload.sender)),
        to=list(payload.to),
        cc=list(payload.cc),
        bcc=list(payload.bcc),
        reply_to=list(payload.reply_to),
        headers=dict(payload.headers),
    )
    if payload.html:
        message.attach_alternative(payload.html, "text/html")
    for file in payload.attachments:
        if file.content_id:
            message.attach(mime.image_part(file))
        else:
            message.attach(file.filename, file.data, file.content_type)
    if echo == "tags":
        message.tags = [str(payload.message_id)]
    else:
        message.metadata = {"message_id": str(payload.message_id)}
    return message


def _accepted(payload: EmailPayload, status: Any) -> Accepted:
    """Raises Unknown where the service said nothing of the message at all."""
    ref = _one_id(status.message_id)
    if not ref and not set(status.status or ()) - {None, "unknown"}:
        raise Unknown("The service's answer says nothing of the message.")
    return Accepted(
        provider_ref=ref,
        detail=", ".join(sorted(filter(None, status.status or ()))),
        receipts=tuple(
            Receipt(
                word=Word.PERM_FAILED,
                provider_ref=ref,
                message_id=payload.message_id,
                address=address,
                code=one.status,
                detail="The service refused this recipient.",
            )
            for address, one in status.recipients.items()
            if one.status in _REFUSED_WORDS
        ),
    )


def _one_id(given: Any) -> str:
    """Some services name a message per recipient; the first id stands for all."""
    if isinstance(given, set | frozenset):
        return min((str(one) for one in given if one), default="")
    return str(given or "")


def _plain(value: str | SecretStr) -> str:
    return value.reveal() if isinstance(value, SecretStr) else value
