"""What tests ask of the server besides AWS: faults, counts of calls, and ids that a stored snapshot needs."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Callable, Optional
from urllib.parse import parse_qs

from werkzeug.wrappers import Request, Response

from moto_server import account_checks, drift
from moto_server.access import BEREFT, fill
from moto_server.faults import FAULTS, ErrorFault, error_response, throttling
from moto_server.identities import rename
from moto_server.resource_faults import RESOURCE_FAULTS
from moto_server.sso_requests import REQUESTS
from moto_server.stack_events import all_events
from moto_server.switches import BOARD

SERVICE_BY_TARGET = {
    "AWSOrganizationsV20161128": "organizations",
    "SWBExternalService": "sso-admin",
    "AWSIdentityStore": "identitystore",
    "ServiceQuotasV20190624": "service-quotas",
    "AppRunner": "apprunner",
}
# Of what has no target: its path.
OPERATION_BY_PATH = {"/policy/validation": ("accessanalyzer", "ValidatePolicy")}
SIGNED_SERVICE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")


class Calls:
    """How often each operation was called, and how many calls were in flight at most."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        with self.lock:
            self.count: Counter[str] = Counter()
            self.now: Counter[str] = Counter()
            self.most: Counter[str] = Counter()
            BEREFT.clear()

    @contextmanager
    def counted(self, service: str, operation: str) -> Iterator[None]:
        name = f"{service}:{operation}"
        with self.lock:
            self.count[name] += 1
            for key in (name, service):
                self.now[key] += 1
                self.most[key] = max(self.most[key], self.now[key])
        try:
            yield
        finally:
            with self.lock:
                self.now.subtract((name, service))

    def summary(self) -> dict[str, Any]:
        with self.lock:
            operations = {name: {"count": n, "maxInFlight": self.most[name]} for name, n in self.count.items()}
            services = {name: most for name, most in self.most.items() if ":" not in name}
        return {"operations": operations, "maxInFlight": services, "bereft": list(BEREFT)}


def peek_body(environ: dict[str, Any]) -> bytes:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(body)
    return bytes(body)


def identify(environ: dict[str, Any]) -> tuple[str, str]:
    """Service and operation of a request, as far as its protocol names them."""
    if environ["PATH_INFO"] in OPERATION_BY_PATH:
        return OPERATION_BY_PATH[environ["PATH_INFO"]]
    target, _, operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")
    signed = SIGNED_SERVICE.search(environ.get("HTTP_AUTHORIZATION", ""))
    service = SERVICE_BY_TARGET.get(target, signed[1] if signed else "unknown")
    if not operation and "x-www-form-urlencoded" in environ.get("CONTENT_TYPE", ""):
        operation = parse_qs(peek_body(environ).decode()).get("Action", [""])[0]
    return service, operation or environ["REQUEST_METHOD"]


class Control:
    """Stands before moto and answers what begins with /_test/ itself."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app = app
        self.calls = Calls()
        self.routes: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("POST", "/_test/faults"): FAULTS.add,
            ("DELETE", "/_test/faults"): lambda _: clear_faults(),
            ("GET", "/_test/calls"): lambda _: self.calls.summary(),
            ("DELETE", "/_test/calls"): lambda _: self.calls.reset(),
            ("POST", "/_test/identities"): rename,
            ("POST", "/_test/access"): fill,
            ("GET", "/_test/stack-events"): lambda _: all_events(),
            ("POST", "/_test/drift"): drift.set_status,
            ("POST", "/_test/switches"): BOARD.turn,
            ("DELETE", "/_test/switches"): lambda _: BOARD.reset(),
            ("POST", "/_test/resource-faults"): RESOURCE_FAULTS.add,
            ("POST", "/_test/account-checks"): account_checks.ORDERS.add,
            ("DELETE", "/_test/account-checks"): lambda _: account_checks.ORDERS.reset(),
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        is_ours = environ["PATH_INFO"].startswith("/_test/")
        response = self.administer(Request(environ)) if is_ours else self.serve(environ)
        return response(environ, start_response)

    def administer(self, request: Request) -> Response:
        action = self.routes.get((request.method, request.path))
        if action is None:
            return Response(f"no {request.method} {request.path}", status=404)
        try:
            answer = action(json.loads(request.get_data() or b"{}"))
        except (ValueError, KeyError) as fault:
            return Response(str(fault), status=400)
        return Response(json.dumps({} if answer is None else answer), mimetype="application/json")

    def serve(self, environ: dict[str, Any]) -> Response:
        service, operation = identify(environ)
        with self.calls.counted(service, operation):
            FAULTS.wait(service, operation)
            fault = FAULTS.take_error(service, operation) or documented_refusal(service)
            if fault:
                peek_body(environ)
                return error_response(service, fault)
            if environ["PATH_INFO"] == "/moto-api/reset":
                REQUESTS.reset()
            if (service, operation) in account_checks.OPERATIONS:
                return account_checks.answer(service, operation, peek_body(environ))
            return Response.from_app(self.app, environ, buffered=True)


def clear_faults() -> None:
    FAULTS.reset()
    RESOURCE_FAULTS.reset()


def documented_refusal(service: str) -> Optional[ErrorFault]:
    """What a switch refuses, of the calls of sso-admin, which are its clock too."""
    if service != "sso-admin":
        return None
    REQUESTS.tick()
    return throttling(service) if BOARD.refuses_call() else None
