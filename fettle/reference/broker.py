"""`deploy/nats.conf`: the broker of the containers, with the rights of every user."""

from fettle.home import FOLLOWS
from shared.messaging.rights import OPERATOR, accounts

_HEAD = """\
# Made by `make docs` from the rights in shared/messaging/rights.py and the list of what each
# service follows in fettle/home.py. A service tells its own facts and reads with its own durables;
# the operator alone (`fettle topology`) makes and changes streams and durables.
listen: "0.0.0.0:4222"
http: "127.0.0.1:8222"
server_name: fettle
max_payload: 1MB
jetstream {
  store_dir: "/data"
}
"""


def broker_configuration() -> str:
    return _HEAD + accounts(
        FOLLOWS, {user: f"${user.upper()}_PASSWORD" for user in (OPERATOR, *FOLLOWS)}
    )
