"""What is wrong with a token, in words for the person who sent it. Never what is in it."""

from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    MissingClaimError,
    UnsupportedAlgorithmError,
    UnsupportedKeyAlgorithmError,
)

_WRONG_CLAIM = {
    "iss": "it was issued by another issuer than the one trusted here",
    "aud": "it was issued for another audience than this one",
    "exp": "its claim `exp` is no time",
    "nbf": "it is not valid yet; compare the clocks of its issuer and of this machine",
    "iat": "it was issued in the future; compare the clocks of its issuer and of this machine",
}


# no secret: what the token is called
def fault_of(error: Exception, token: str = "token") -> str:  # noqa: S107
    """Return a sentence that begins with `The token`; `error` is joserfc's, or what claims of odd
    shapes raise.
    """
    return f"The {token} is not good: {_fault(error)}."


def _fault(error: Exception) -> str:
    match error:
        case ExpiredTokenError():
            return "it has expired; get a new one"
        case MissingClaimError():
            return f"it has no claim `{error.claim}`"
        case ClaimError() if error.claim in _WRONG_CLAIM:
            return _WRONG_CLAIM[error.claim]
        case ClaimError():
            return "one of its claims is not valid"
        case InvalidKeyIdError():
            return (
                "it is signed with a key that is not known here; another issuer made it, "
                "or its issuer's keys have just changed"
            )
        case BadSignatureError():
            return (
                "its signature does not fit; it was changed on the way, cut short, or another "
                "issuer made it"
            )
        case UnsupportedAlgorithmError() | UnsupportedKeyAlgorithmError():
            return "it is signed with an algorithm that is not accepted here"
        case _:
            return (
                "it cannot be read as a signed JWT, three parts with dots between them; send all "
                "of it, and nothing else"
            )
