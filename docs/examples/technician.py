"""A technician's client: takes signed offers and accepts them.

Run: SECRET=whsec_… python3 docs/examples/technician.py
"""

import base64, hashlib, hmac, json, os, time
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = os.environ.get("SECRET", "")
KEY = (
    base64.b64decode(SECRET[6:])
    if SECRET.startswith("whsec_")
    else exit("set SECRET to your endpoint's secret (whsec_…)")
)


class Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        id, at, signatures = (
            self.headers.get(f"webhook-{name}", "0") for name in ("id", "timestamp", "signature")
        )
        body = self.rfile.read(int(self.headers["content-length"]))
        good = (
            "v1,"
            + base64.b64encode(
                hmac.digest(KEY, f"{id}.{at}.".encode() + body, hashlib.sha256)
            ).decode()
        )
        genuine = abs(time.time() - int(at)) < 300 and any(
            hmac.compare_digest(good, given) for given in signatures.split()
        )
        self.send_response(200 if genuine else 401)
        self.end_headers()
        self.wfile.write(
            b'{"decision": "accept"}'
            if genuine and json.loads(body)["type"] == "job.offered"
            else b"{}"
        )
        # a job_token comes with job.accepted
        print(json.loads(body) if genuine else "not genuine", flush=True)


HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Door).serve_forever()
