"""Starts the server on a free port and prints one line of JSON, {"port": N}, once it listens."""

from __future__ import annotations

import json
import os
import sys
import threading
from functools import cache
from typing import Any, Optional

from moto.iam import models as iam_models
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from moto_server import access, account_checks, accounts, applications, change_set_answers, change_sets, drift
from moto_server import event_bus, further_types, iam_resources, identity_store
from moto_server import managed_policies, nested_stacks, organization_instance, organizations, pagination
from moto_server import resource_map, rollbacks, sso_admin
from moto_server import sso_listings, sso_requests, sso_resources, stack_set_drift, stack_sets, switches
from moto_server import termination_protection, unknown_types
from moto_server.control import Control

MODULES_IN_ORDER = (
    accounts,
    organizations,
    identity_store,
    organization_instance,
    sso_admin,
    sso_listings,
    sso_requests,
    managed_policies,
    unknown_types,
    iam_resources,
    further_types,
    event_bus,
    resource_map,
    nested_stacks,
    rollbacks,
    change_sets,
    change_set_answers,
    termination_protection,
    drift,
    sso_resources,
    applications,
    stack_sets,
    stack_set_drift,
    access,
    account_checks,
    switches,
    # Last: it wraps list operations that the modules above add.
    pagination,
)


class QuietHandler(WSGIRequestHandler):
    """One log line a request would bury the reason when a test fails."""

    def log_request(self, *args: Any, **kwargs: Any) -> None:
        return


class Dispatcher(DomainDispatcherApplication):
    @cache
    def get_backend_for_host(self, host: Optional[str]) -> Any:
        """moto itself lists its folders at each request."""
        return super().get_backend_for_host(host)


def exit_with_parent() -> None:
    """Standard input ends when the process that started the server does, however it ended."""
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    # moto compiles the template of a role each time that one is read.
    iam_models.Template = cache(iam_models.Template)  # type: ignore[misc]
    for module in MODULES_IN_ORDER:
        module.close_gaps()
    app = Control(Dispatcher(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    # moto asks this variable when it calls itself.
    os.environ["MOTO_PORT"] = str(server.server_port)
    threading.Thread(target=exit_with_parent, daemon=True).start()
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
