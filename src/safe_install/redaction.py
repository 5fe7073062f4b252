"""Keep secrets out of every text that leaves the program."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote, unquote

MASK: Final = "****"
"""What stands in a secret's place: pip's own convention."""

LEAST: Final = 6
"""A variable's value shorter than this is no secret; a URL's is one only as a whole word."""

TRIVIAL: Final = frozenset(
    {"true", "false", "none", "null", "auto", "always", "never", "enabled", "disabled", "enable", "disable"}
    | {"default", "basic", "bearer", "required", "token", "password", "secret", "changeme"}
    | {"subprocess", "import", "prompt", "keyring"}
    | {"git", "hg", "svn", "ssh", "user", "oauth", "oauth2"}
    | {"__token__", "x-access-token", "x-oauth-basic", "gitlab-ci-token"}
)
"""Values that say nothing: switches, providers, and the user names that stand before a token."""

SECRET_NAME: Final = re.compile(
    r"(TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|ACCOUNT_?KEY|SIGNATURE)"
    r"S?(_|\d|$)"
    r"|(^|_)(AUTH|AUTHORIZATION|PASS|PAT)(_|\d|$)"
    # Any key at the end of a name, but for those that lock nothing.
    r"|(?<!PUBLIC)(?<!CACHE)(?<!PRIMARY)(?<!FOREIGN)(?<!SORT)(?<!PARTITION)_KEYS?(_?\d+)?$"
    r"|CONNECTION_?STRINGS?(_|\d|$)",
    re.IGNORECASE,
)
PLACE_NAME: Final = re.compile(r"_(FILE|PATH|DIR|SOCK|USER|USERNAME|TYPE|METHOD|PROVIDER|EXPIRES?)$", re.IGNORECASE)
"""Variables that say where a secret is, or whose, and not what it is."""

# Up to the last @ before the path, as pip and the WHATWG read a password with an @ in it.
_USERINFO: Final = re.compile(r"""(?<=://)[^\s/?#'"<>]+(?=@)""")
_QUERY: Final = re.compile(r"""(?<=[?&;])([ ]?[\w.-]+)=([^\s&;#'"<>]+)""")
IN_A_LIST: Final = frozenset({"pwd", "sig"})
"""Names that tell of a secret among `NAME=VALUE;` and `NAME=VALUE&`, and elsewhere of something else."""
_WORD: Final = "[A-Za-z0-9]"


class Redactor:
    """Replaces what the arguments and the environment variables of a run hold of secrets.

    Secrets are the user information of any URL (`https://TOKEN@host` too), values of variables and of
    arguments `NAME=VALUE` whose name says so, and each of these percent-encoded and decoded.
    """

    def __init__(self, arguments: Iterable[str] = (), variables: Mapping[str, str] | None = None) -> None:
        """Collect the secrets; add lines of a pip configuration to `arguments` where they are known."""
        found = {secret for argument in arguments for secret in _of_argument(argument)}
        for name, value in (variables or {}).items():
            found.update(_of_urls(value), _of_variable(name, value))
        forms = {form for secret in found for form in _forms(secret) if form.strip("*")}
        self._secrets = _pattern(forms)

    def redact(self, text: str) -> str:
        """Give the text with `****` for each secret, and for the user information of any URL in it."""
        # To a fixed point: what stands around a mask may, with it, be another secret. It ends, as
        # each round leaves fewer characters that are not asterisks.
        while (redacted := self._once(text)) != text:
            text = redacted
        return text

    def redact_data(self, value: object) -> object:
        """Give event data as plain JSON data, with every text in it redacted; keys are left alone."""
        match value:
            case str():
                return self.redact(_printable(value))
            case None | bool() | int() | float():
                return value
            case Mapping():
                return {str(key): self.redact_data(item) for key, item in value.items()}
            case Iterable():
                return [self.redact_data(item) for item in value]
            case _:
                return self.redact(_printable(str(value)))

    def _once(self, text: str) -> str:
        if self._secrets is not None:
            text = self._secrets.sub(MASK, text)
        if "://" in text:
            text = _USERINFO.sub(MASK, text)
        return _QUERY.sub(_query, text) if "=" in text else text


def _of_argument(argument: str) -> Iterator[str]:
    yield from _of_urls(argument)
    parts = argument.split("=")
    for place, name in enumerate(parts[:-1], start=1):
        yield from _of_variable(name.removeprefix("-C"), "=".join(parts[place:]))


def _of_variable(name: str, value: str) -> Iterator[str]:
    if _is_secret(name):
        yield from _of_value(value)


def _of_value(value: str) -> Iterator[str]:
    # A log shows a key of several lines line by line.
    for line in {value, *value.splitlines()}:
        if len(line.strip()) >= LEAST and line.strip().lower() not in TRIVIAL:
            yield line.strip()


def _tells(name: str) -> bool:
    """Tell whether a name among others, as in a query or a connection string, is a secret's."""
    return name.strip().lower() in IN_A_LIST or _is_secret(name.strip())


def _is_secret(name: str) -> bool:
    name = re.sub(r"\W", "_", name)
    return SECRET_NAME.search(name) is not None and PLACE_NAME.search(name) is None


def _of_urls(text: str) -> Iterator[str]:
    for found in _USERINFO.finditer(text):
        user, _, password = found[0].partition(":")
        real = bool(password) and password.lower() not in TRIVIAL
        if real:
            yield password
            pair = f"{unquote(user)}:{unquote(password)}".encode("utf-8", "surrogateescape")
            yield base64.b64encode(pair).decode("ascii")
        # Without a real password the name is the token.
        if (not real or len(password) < LEAST) and user.lower() not in TRIVIAL:
            yield user
    # The first pair of a connection string has nothing before it.
    for found in _QUERY.finditer(f";{text}" if ";" in text else text):
        yield from _of_value(found[2]) if _tells(found[1]) else ()


def _forms(secret: str) -> Iterator[str]:
    """Give the ways in which a secret may be written in a log."""
    for plain in {secret, unquote(secret), unquote(secret, errors="surrogateescape")}:
        yield plain
        yield repr(plain)[1:-1]
        yield json.dumps(plain)[1:-1]
        for safe in ("", "/", "!$&'()*+,;=:/"):
            encoded = quote(plain, safe, errors="surrogateescape")
            yield encoded
            yield re.sub("%..", lambda code: code[0].lower(), encoded)


def _pattern(secrets: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(secrets, key=lambda secret: (-len(secret), secret))
    choices = [
        re.escape(secret) if len(secret) >= LEAST else f"(?<!{_WORD}){re.escape(secret)}(?!{_WORD})"
        for secret in longest_first
    ]
    return re.compile("|".join(choices)) if choices else None


def _query(found: re.Match[str]) -> str:
    return f"{found[1]}={MASK}" if _tells(found[1]) else found[0]


def _printable(text: str) -> str:
    """Give a text that can be encoded: a file name's undecodable bytes are spelt out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
