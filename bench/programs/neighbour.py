"""Runs aws-sso-util with the given arguments, and writes what it took to descriptor 3, as report-usage.cjs does."""

import json
import os
import resource
import sys

from aws_sso_util.cli import cli

try:
    cli(sys.argv[1:], standalone_mode=False)
finally:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    os.write(3, json.dumps([usage.ru_maxrss, usage.ru_utime + usage.ru_stime]).encode())
