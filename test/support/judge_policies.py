"""Prints what parliament finds in IAM policies: reads a JSON object of documents by name, writes a line for each finding."""

import json
import sys

from parliament import analyze_policy_string

for name, document in json.load(sys.stdin).items():
    for finding in analyze_policy_string(json.dumps(document)).findings:
        print(name, finding.issue, json.dumps(finding.detail), json.dumps(finding.location, default=str))
