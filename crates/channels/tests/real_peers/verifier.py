"""An HTTP receiver that believes only what the Standard Webhooks library for Python verifies.

Its options are one argument of JSON: secret, certificate, key (both for TLS).
"""

import base64
import json
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

options = json.loads(sys.argv[1])
webhook = Webhook(options["secret"])


def tell(event, **what):
    print(json.dumps({"event": event, **what}), flush=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            webhook.verify(body, dict(self.headers.items()))
            status = 204
        except WebhookVerificationError as error:
            status = 401
            tell("refused", reason=str(error))
        tell("called", status=status, path=self.path, body=base64.b64encode(body).decode())
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if "certificate" in options:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options["certificate"], options["key"])
    server.socket = context.wrap_socket(server.socket, server_side=True)
tell("started", port=server.server_address[1], now_s=int(time.time()))
server.serve_forever()
