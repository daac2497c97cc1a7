"""nats-py sends user and password in the clear to a server that offers no TLS, `tls://` or not.

Who answers at the broker's address, or sits in between, need only leave `tls_required` out of its
greeting.

Upstream: no issue of nats-io/nats.py names it; to be reported: "`_process_connect_init` looks at
the server's `tls_required` alone, and not at the scheme of the URL nor at the option `tls`". The Go
client refuses such a server (`ErrSecureConnWanted`).
"""

from shared.workarounds.lean_nats import Client, nats_errors


class DemandsTls(Client):
    """A client that tells a server nothing in the clear where its URL says `tls://`."""

    def _connect_command(self) -> bytes:
        server = self._current_server
        if (
            server is not None
            and server.uri.scheme == "tls"
            and not self._server_info.get("tls_required")
        ):
            raise nats_errors.Error("the server offers no TLS, and its address says tls://")
        command: bytes = super()._connect_command()
        return command
