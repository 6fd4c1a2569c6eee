"""GET /policy as the sample that the application set out from answers it: Flask's development server, python-jose, and
keys that are fetched with each request, or once where CACHED is set. Its policies are in a file, here in memory."""

import json
import os
import socket
import sys

import requests
from flask import Flask, abort, jsonify, request
from jose import jwt

app = Flask(__name__)
policies = {"ada@example.org": {"email": "ada@example.org", "policynumber": "48219374", "beneficiary": "Bob"}}
kept = {}


def keys():
    if "keys" in kept:
        return kept["keys"]
    metadata = requests.get(os.environ["SIGN_IN_METADATA_URL"]).json()
    found = metadata["issuer"], requests.get(metadata["jwks_uri"]).json()
    if os.environ.get("CACHED"):
        kept["keys"] = found
    return found


@app.get("/policy")
def policy():
    issuer, published = keys()
    token = request.headers["Authorization"].split()[1]
    header = jwt.get_unverified_header(token)
    key = next(one for one in published["keys"] if one["kid"] == header["kid"])
    claims = jwt.decode(token, key, algorithms=["RS256"], audience=os.environ["API_CLIENT_ID"], issuer=issuer)
    if "Accounts.Read" not in claims["scp"].split():
        abort(403)
    return jsonify(policies[claims["emails"][0]])


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
print(json.dumps({"url": f"http://127.0.0.1:{port}"}), flush=True)
sys.stderr = open(os.devnull, "w")
app.run(port=port)
