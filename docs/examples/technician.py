"""A technician's client: accepts signed offers; its endpoint's secret comes as SECRET."""

import base64, hashlib, hmac, json, os, time
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = os.environ.get("SECRET", "")
if not SECRET.startswith("whsec_"):
    exit("set SECRET to your endpoint's secret (whsec_…)")


class Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        names = "webhook-id", "webhook-timestamp", "webhook-signature"
        id, at, signatures = (self.headers.get(name, "0") for name in names)
        body = self.rfile.read(int(self.headers["content-length"]))
        key, text = base64.b64decode(SECRET[6:]), f"{id}.{at}.".encode() + body
        good = "v1," + base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()
        genuine = any(hmac.compare_digest(good, each) for each in signatures.split())
        genuine = genuine and abs(time.time() - int(at)) < 300
        message = json.loads(body) if genuine else {"type": "not genuine"}
        self.send_response(200 if genuine else 401)
        self.end_headers()
        self.wfile.write(b'{"decision": "accept"}' if message["type"] == "job.offered" else b"{}")
        print(message, flush=True)  # a job_token comes with job.accepted


HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Door).serve_forever()
