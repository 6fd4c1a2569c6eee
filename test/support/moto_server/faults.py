"""Faults that a test orders for an operation, in the form that the service itself would use."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any, Optional
from xml.sax.saxutils import escape

import botocore.session
from werkzeug.wrappers import Response

THROTTLE = {"organizations": "TooManyRequestsException", "cloudformation": "Throttling"}
JSON_SERVICES = frozenset({"organizations", "sso-admin", "identitystore", "service-quotas", "apprunner", "accessanalyzer"})
FIELDS = frozenset({"service", "operation", "throttle", "fail", "emptyPages", "delayMs"})


@dataclass
class ErrorFault:
    code: str
    message: str
    status: int
    times: int
    # Member `Reason` of an exception of Identity Center.
    reason: str = ""


@dataclass
class OrderedFaults:
    """What is left to do wrong for one operation."""

    errors: list[ErrorFault]
    empty_pages: int = 0
    delay_ms: int = 0


class Faults:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        self.by_operation: dict[tuple[str, str], OrderedFaults] = {}

    def add(self, order: dict[str, Any]) -> None:
        check(order)
        errors = [*throttles(order), *failures(order)]
        with self.lock:
            ordered = self.by_operation.setdefault((order["service"], order["operation"]), OrderedFaults([]))
            ordered.errors.extend(errors)
            ordered.empty_pages += int(order.get("emptyPages", 0))
            ordered.delay_ms = int(order.get("delayMs", ordered.delay_ms))

    def find(self, service: str, operation: str) -> list[OrderedFaults]:
        keys = ((service, operation), (service, "*"))
        return [self.by_operation[key] for key in keys if key in self.by_operation]

    def take_error(self, service: str, operation: str) -> Optional[ErrorFault]:
        with self.lock:
            for fault in [fault for ordered in self.find(service, operation) for fault in ordered.errors]:
                if fault.times > 0:
                    fault.times -= 1
                    return fault
        return None

    def take_empty_page(self, service: str, operation: str) -> bool:
        with self.lock:
            for ordered in self.find(service, operation):
                if ordered.empty_pages > 0:
                    ordered.empty_pages -= 1
                    return True
        return False

    def wait(self, service: str, operation: str) -> None:
        """Answers late, so that a test sees how many calls a client keeps in flight."""
        delay = sum(ordered.delay_ms for ordered in self.find(service, operation))
        if delay:
            threading.Event().wait(delay / 1000)


FAULTS = Faults()


def check(order: dict[str, Any]) -> None:
    """A misspelt order would make a test pass for nothing."""
    unknown = set(order) - FIELDS
    if unknown:
        raise ValueError(f"unknown fields {sorted(unknown)}; known: {sorted(FIELDS)}")
    known = botocore.session.get_session().get_service_model(order["service"]).operation_names
    if order["operation"] not in [*known, "*"]:
        raise ValueError(f"{order['service']} has no operation {order['operation']}")


def throttling(service: str, times: int = 1) -> ErrorFault:
    return ErrorFault(THROTTLE.get(service, "ThrottlingException"), "Rate exceeded", 400, times)


def throttles(order: dict[str, Any]) -> list[ErrorFault]:
    return [throttling(order["service"], int(order["throttle"]))] if order.get("throttle") else []


def failures(order: dict[str, Any]) -> list[ErrorFault]:
    fail = order.get("fail")
    if not fail:
        return []
    message, status, times = (
        fail.get("message", "ordered by a test"),
        int(fail.get("status", 400)),
        fail.get("times", 1),
    )
    return [ErrorFault(fail["code"], message, status, int(times), fail.get("reason", ""))]


def error_response(service: str, fault: ErrorFault) -> Response:
    if service in JSON_SERVICES:
        reason = {"Reason": fault.reason} if fault.reason else {}
        body = json.dumps({"__type": fault.code, "Message": fault.message, "message": fault.message, **reason})
        return Response(
            body, fault.status, mimetype="application/x-amz-json-1.1", headers={"x-amzn-ErrorType": fault.code}
        )
    kind = "Sender" if fault.status < 500 else "Receiver"
    error = f"<Type>{kind}</Type><Code>{escape(fault.code)}</Code><Message>{escape(fault.message)}</Message>"
    body = f"<ErrorResponse><Error>{error}</Error><RequestId>test</RequestId></ErrorResponse>"
    return Response(body, fault.status, mimetype="text/xml")
