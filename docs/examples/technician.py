"""A technician's client: takes signed offers and accepts them. Run: SECRET=whsec_… python3 docs/examples/technician.py"""

import base64, hashlib, hmac, json, os
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(os.environ["SECRET"].removeprefix("whsec_"))


class Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
        good = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        genuine = any(hmac.compare_digest(good, given) for given in self.headers["webhook-signature"].split())
        offered = genuine and json.loads(body)["type"] == "job.offered"
        self.send_response(200 if genuine else 401)
        self.end_headers()
        self.wfile.write(json.dumps({"decision": "accept"} if offered else {}).encode())
        print(json.loads(body) if genuine else "not genuine", flush=True)  # a job_token comes with job.accepted


HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Door).serve_forever()
