"""What issuers call people, and what no person can be called."""

NASTY = (
    "auth0|64f1a2b3",
    "https://issuer.example/users/1?tenant=a&b=c#x",
    "google-oauth2|1/2",
    "li.wei+demo@example.com",
    "CN=Li Wei,O=Demo Gardens",
    "50%",
    "100%2F",
    "..",
    "/",
    "O'Brien",
    '"quoted"',
    "back\\slash",
    "张伟",
    "job:1",
    "-",
    "{a}",
    "x" * 255,
    "伟" * 255,
)
BAD = ("", " ", "   ", "a\nb", "a\tb", "a\x7fb", "a\u2028b", "x" * 256)
