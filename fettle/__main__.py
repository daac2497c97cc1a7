"""The command line: `fettle --help`."""

import typer

from fettle.demo.command import demo
from fettle.dlq import dlq
from fettle.migrate import migrate
from fettle.reference.command import reference
from fettle.technician.command import technician
from fettle.token import token
from fettle.up.command import up

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Fettle keeps buildings in fine fettle: a reported fault becomes a finished job."
)
app.command()(up)
app.command()(demo)
app.command()(token)
app.command()(technician)
app.command()(migrate)
app.command()(reference)
app.add_typer(dlq, name="dlq")

if __name__ == "__main__":
    app()
