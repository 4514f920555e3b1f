"""The way to the provider of the single sign-on, and back."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notify_project.errors import NotifyError
from notify_project.signin_settings import SingleSignOn
from notify_project.signing_in import entering
from tenants import sessions
from tenants.models import User
from tenants.oidc import admitting, challenge, provider, tokens
from tenants.oidc.challenge import Challenge
from tenants.oidc.errors import NotAdmitted
from tenants.oidc.tokens import Claims

_ASKED = "single_sign_on_asked"
_SECONDS = 600
_AT_ONCE = 5  # tabs of one browser

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one way to the provider was begun with; its answer is taken once."""

    challenge: Challenge
    url: str
    is_proof: bool
    at: float


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider; `proof` asks again who is logged in already."""
    ours = _ours()
    is_proof = "proof" in request.GET and request.user.is_authenticated
    fresh = Challenge.fresh()
    try:
        theirs = provider.discover(ours)
    except NotifyError as refusal:
        return _refused(request, refusal.message)
    _keep(request, Asked(fresh, _next(request), is_proof, time.time()))
    return HttpResponseRedirect(
        challenge.address(
            theirs.authorization_url,
            fresh,
            client_id=ours.client_id,
            redirect_uri=_redirect_uri(),
            more={"prompt": "login", "max_age": "0"} if is_proof else {},
        )
    )


@never_cache
@require_safe
def come_back(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The provider has sent the browser back: read what it says, and let in."""
    ours = _ours()
    asked = _take(request, request.GET.get("state", ""))
    if asked is None:
        return _refused(request, _("That took too long, or was answered already."))
    try:
        claims = _claims(request, ours, asked.challenge)
        user = admitting.person_of(claims, issuer=ours.issuer)
    except NotifyError as refusal:
        return _refused(request, refusal.message)
    if asked.is_proof:
        return _prove(request, site, user, claims, asked)
    answer = entering.let_in(request, user, asked.url)
    sessions.mark_single_sign_on(request)
    _note_proof(request, claims)
    return answer


def offer(request: HttpRequest) -> dict[str, Any]:
    """What the log-in page needs to show: the button where there is a provider, the
    fields where passwords are allowed."""
    ours: SingleSignOn | None = settings.SIGN_IN.single_sign_on
    shown: dict[str, Any] = {"password_login": settings.SIGN_IN.password_login}
    if ours is not None:
        query = urlencode({"next": _next(request)})
        shown["sso_url"] = f"{reverse('admin:sso')}?{query}"
        shown["sso_label"] = ours.label or _("Single sign-on")
    return shown


def log_out_url(request: HttpRequest) -> str:
    """Where the person can end their session at the provider too; "" if it has no such
    page, or did not let them in."""
    ours: SingleSignOn | None = settings.SIGN_IN.single_sign_on
    if ours is None or not sessions.is_single_sign_on(request):
        return ""
    try:
        page = provider.discover(ours).end_session_url
    except NotifyError:
        return ""
    back = f"{settings.PUBLIC_URL}{reverse('admin:login')}"
    asked = {"client_id": ours.client_id, "post_logout_redirect_uri": back}
    return f"{page}{'&' if '?' in page else '?'}{urlencode(asked)}" if page else ""


def _claims(request: HttpRequest, ours: SingleSignOn, ask: Challenge) -> Claims:
    given = request.GET
    if "error" in given:
        log.info("single_sign_on_refused", reason=given["error"][:50])
        raise NotAdmitted(_("The single sign-on has let nobody in. Try again."))
    # RFC 9207: an answer of another provider is none to our question.
    if given.get("iss", ours.issuer) != ours.issuer:
        raise NotAdmitted(_("The answer is of another single sign-on."))
    theirs = provider.discover(ours)
    granted = provider.redeem(
        theirs, ours, ask, code=given.get("code", ""), redirect_uri=_redirect_uri()
    )
    claims = tokens.read(
        granted.id_token, ours=ours, keys_url=theirs.keys_url, nonce=ask.nonce
    )
    if claims.email or admitting.is_known(claims, issuer=ours.issuer):
        return claims
    return tokens.with_userinfo(claims, provider.userinfo(theirs, granted))


def _note_proof(request: HttpRequest, claims: Claims) -> None:
    """Who is still known there is let in without a question, which proves nothing."""
    at = claims.authenticated_at
    if at is None:
        sessions.disprove(request)
    else:
        sessions.prove(request, at=at)


def _prove(
    request: HttpRequest, site: AdminSite, user: User, claims: Claims, asked: Asked
) -> HttpResponse:
    """The same person, who has just shown the provider who they are."""
    at = claims.authenticated_at
    is_new = at is not None and at >= asked.at - tokens.LEEWAY_SECONDS
    if user != request.user or not is_new:
        messages.error(request, _("The single sign-on has not asked you again."))
        return HttpResponseRedirect(reverse("admin:index"))
    sessions.prove(request)
    context = {
        **site.each_context(request),
        "title": _("Is it you?"),
        "is_done": True,
        "is_other_tab": True,
    }
    return TemplateResponse(request, "admin/notify/proof.html", context)


def _ours() -> SingleSignOn:
    ours: SingleSignOn | None = settings.SIGN_IN.single_sign_on
    if ours is None:
        raise Http404
    return ours


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return HttpResponseRedirect(reverse("admin:login"))


def _redirect_uri() -> str:
    return f"{settings.PUBLIC_URL}{reverse('admin:sso_callback')}"


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is here."""
    url = request.POST.get("next", request.GET.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(
        url, {request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else reverse("admin:index")


def _keep(request: HttpRequest, asked: Asked) -> None:
    kept = request.session.get(_ASKED, {})
    latest = dict(list(kept.items())[-(_AT_ONCE - 1) :])
    request.session[_ASKED] = {**latest, asked.challenge.state: asdict(asked)}
    if not request.user.is_authenticated:
        request.session.set_expiry(_SECONDS)  # anybody may come here


def _take(request: HttpRequest, state: str) -> Asked | None:
    """What was asked under that state, within ten minutes, once."""
    kept = dict(request.session.get(_ASKED, {}))
    found = kept.pop(state, None)
    if found is None:
        return None
    request.session[_ASKED] = kept
    if time.time() - found["at"] > _SECONDS:
        return None
    return Asked(**{**found, "challenge": Challenge(**found["challenge"])})
