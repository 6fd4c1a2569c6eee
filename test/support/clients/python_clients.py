"""Signs in with MSAL for Python, identity and Authlib, refreshes an hour later by a moved clock, and signs out.

Reads its settings as JSON from the standard input, and prints a line of JSON a library.
"""

import html
import json
import re
import sys
import time
from unittest import mock
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import identity.web
import msal
import requests
from authlib.integrations.requests_client import OAuth2Session

SETTINGS = json.load(sys.stdin)
CLIENT = {key: SETTINGS[key] for key in ("client_id", "client_secret")}
REDIRECT = SETTINGS["redirect_uri"]
SCOPE = SETTINGS["scope"]


def redirected(browser, response):
    """The address of the application that a response leads to, or the page that it is."""
    while response.is_redirect:
        target = urljoin(response.url, response.headers["location"])
        if target.startswith(REDIRECT):
            return target, None
        response = browser.get(target, allow_redirects=False)
    return None, response


def sign_in(url):
    """Opens an authorize URL as a person does; returns the answer to the application."""
    browser = requests.Session()
    target, page = redirected(browser, browser.get(url, allow_redirects=False))
    if target is None:
        action = html.unescape(re.search(r'<form method="post" action="([^"]+)"', page.text)[1])
        fields = {"email": SETTINGS["email"], "password": SETTINGS["password"]}
        sent = browser.post(urljoin(page.url, action), data=fields, allow_redirects=False)
        target, page = redirected(browser, sent)
    if target is None:
        raise RuntimeError(f"no answer: {page.status_code} {page.url} {page.text[:400]}")
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def in_an_hour():
    now = time.time
    return mock.patch("time.time", lambda: now() + 3700)


def sign_out(address):
    """Leads back to the application."""
    return requests.get(address, allow_redirects=False).headers.get("location", "").startswith(REDIRECT)


def end_session():
    return f"{SETTINGS['end_session']}?{urlencode({'post_logout_redirect_uri': REDIRECT})}"


def with_msal():
    app = msal.ConfidentialClientApplication(
        CLIENT["client_id"],
        client_credential=CLIENT["client_secret"],
        oidc_authority=SETTINGS["oidc_authority"],
    )
    flow = app.initiate_auth_code_flow([SCOPE], redirect_uri=REDIRECT)
    first = app.acquire_token_by_auth_code_flow(flow, sign_in(flow["auth_uri"]))
    with in_an_hour():
        second = app.acquire_token_silent([SCOPE], account=app.get_accounts()[0])
    return first, second, sign_out(end_session())


def with_identity():
    session = {}
    auth = identity.web.Auth(
        session=session,
        oidc_authority=SETTINGS["oidc_authority"],
        client_id=CLIENT["client_id"],
        client_credential=CLIENT["client_secret"],
    )
    started = auth.log_in(scopes=[SCOPE], redirect_uri=REDIRECT)
    auth.complete_log_in(sign_in(started["auth_uri"]))
    first = auth.get_token_for_user([SCOPE])
    with in_an_hour():
        second = auth.get_token_for_user([SCOPE])
    return first, second, sign_out(auth.log_out(REDIRECT))


def with_authlib():
    client = OAuth2Session(
        **CLIENT, scope=f"openid offline_access {SCOPE}", redirect_uri=REDIRECT, code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_post", token_endpoint=SETTINGS["token"],
    )
    verifier = "a-verifier-of-this-test-that-is-long-enough-for-the-rule"
    url, state = client.create_authorization_url(SETTINGS["authorize"], code_verifier=verifier, nonce="once")
    answer = sign_in(url)
    response = f"{REDIRECT}?{urlencode(answer)}"
    first = client.fetch_token(SETTINGS["token"], authorization_response=response, state=state, code_verifier=verifier)
    with in_an_hour():
        client.ensure_active_token(client.token)
    return first, client.token, sign_out(end_session())


def outcome(library, run):
    first, second, is_signed_out = run()
    faults = [answer.get("error_description", "no token") for answer in (first, second) if "access_token" not in answer]
    faults += [] if is_signed_out else ["not led back after the sign-out"]
    print(json.dumps({"library": library, "faults": faults}))


for name, run in {"msal": with_msal, "identity": with_identity, "Authlib": with_authlib}.items():
    outcome(name, run)
