"""Nothing of a secret is left in any text, and everything else is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.redaction import LEAST, TRIVIAL, Redactor

TOKEN_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.~+=!$&'(),;:@/%?# "
secrets = (
    st.text(TOKEN_ALPHABET, min_size=LEAST)
    .map(str.strip)
    .filter(lambda text: len(unquote(text)) >= LEAST and text.lower() not in TRIVIAL and unquote(text).strip("*"))
)
texts = st.text()


@given(secrets, texts, texts)
def test_nothing_of_a_variables_secret_is_left_in_any_place(secret: str, before: str, after: str) -> None:
    redactor = Redactor((), {"GITHUB_TOKEN": secret})
    for form in (secret, quote(secret, safe=""), quote(secret), unquote(secret)):
        assert form not in redactor.redact(f"{before}{form}{after}")


@given(secrets, texts)
def test_nothing_of_a_urls_password_is_left(secret: str, text: str) -> None:
    encoded = quote(secret, safe="")
    for url in (f"https://me:{encoded}@host/simple", f"https://{encoded}@host/", f"https://{encoded}:@host/"):
        for redactor in (Redactor([f"--index-url={url}"]), Redactor((), {"PIP_EXTRA_INDEX_URL": f"x {url} y"})):
            for form in (secret, encoded):
                assert form not in redactor.redact(f"{text}{form}{text}")


@given(st.dictionaries(st.sampled_from(["A_TOKEN", "B_SECRET", "PASSWORD"]), texts), texts)
def test_redacting_twice_is_redacting_once(variables: dict[str, str], text: str) -> None:
    redactor = Redactor((), variables)
    once = redactor.redact(text + "".join(variables.values()))
    assert redactor.redact(once) == once


@given(st.text(alphabet=st.characters(exclude_characters="?&;"), max_size=80).filter(lambda text: "://" not in text))
def test_a_text_without_secrets_stays_as_it_is(text: str) -> None:
    assert Redactor(["install", "-e", "."], {"HOME": "/home/me", "LANG": "C"}).redact(text) == text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Looking in https://me:pass@host/simple, https://x", "Looking in https://****@host/simple, https://x"),
        ("git+https://ghp_x@host/a@v1.0#egg=b", "git+https://****@host/a@v1.0#egg=b"),
        ("https://a:p@ss@host/", "https://****@host/"),
        ("demo @ https://host/a.whl", "demo @ https://host/a.whl"),
        ("https://host/path@1.0", "https://host/path@1.0"),
        ("https://host/a?x=1&token=abc&y=2", "https://host/a?x=1&token=****&y=2"),
        ("https://host/a?X-Amz-Signature=abc", "https://host/a?X-Amz-Signature=****"),
        ("ssh://****@host/", "ssh://****@host/"),
    ],
)
def test_urls_are_redacted_whoever_wrote_them(text: str, redacted: str) -> None:
    assert Redactor().redact(text) == redacted


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("TWINE_PASSWORD", True),
        ("GITHUB_TOKEN", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("NPM_AUTH", True),
        ("OPENAI_API_KEY", True),
        ("SSH_PRIVATE_KEY", True),
        ("db_passwd", True),
        ("GCP_CREDENTIALS", True),
        ("UV_INDEX_MINE_PASSWORD", True),
        ("MYTOKEN", True),
        ("CI_JOB_TOKEN_2", True),
        ("SIGNING_KEY", True),
        ("STRIPE_KEY", True),
        ("GPG_SIGNING_KEYS", True),
        ("DEPLOY_KEY_2", True),
        ("AZURE_STORAGE_CONNECTION_STRING", True),
        ("ConnectionString", True),
        ("AccountKey", True),
        ("SSH_PUBLIC_KEY", False),
        ("PIP_CACHE_KEY", False),
        ("PRIMARY_KEY", False),
        ("KEYRING_PROVIDER", False),
        ("PIP_KEYRING_PROVIDER", False),
        ("SSL_KEY_FILE", False),
        ("KEYBOARD", False),
        ("PWD", False),
        ("GIT_AUTHOR_NAME", False),
        ("SSH_AUTH_SOCK", False),
        ("TOKENIZERS_PARALLELISM", False),
        ("UV_INDEX_MINE_USERNAME", False),
        ("TOKEN_FILE", False),
        ("MONKEY", False),
        ("COMPASS", False),
    ],
)
def test_a_name_tells_what_is_secret(name: str, secret: bool) -> None:
    assert Redactor((), {name: "correct-horse"}).redact("a correct-horse") == (
        "a ****" if secret else "a correct-horse"
    )


AZURE = "DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=c2VjcmV0LWtleQ==;EndpointSuffix=core.example"


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        (AZURE, "c2VjcmV0LWtleQ=="),
        ("Server=db;Uid=me;Pwd=correct-horse;", "correct-horse"),
        ("Pwd=correct-horse;Server=db", "correct-horse"),
        ("Server=db; Password=correct-horse; Encrypt=true", "correct-horse"),
        ("https://account.blob.example/c?sv=2020&sig=correct-horse", "correct-horse"),
    ],
)
def test_a_value_may_hold_a_secret_among_other_things(value: str, secret: str) -> None:
    redacted = Redactor((), {"STORAGE": value}).redact(f"{secret} of {value}")
    assert redacted == f"**** of {value}".replace(secret, "****")
    assert Redactor().redact(f"x;{value}") == f"x;{value}".replace(secret, "****")


def test_the_working_directory_is_no_password() -> None:
    assert Redactor((), {"PWD": "/home/me"}).redact("PWD=/home/me in /home/me") == "PWD=/home/me in /home/me"


@pytest.mark.parametrize("value", ["true", "short", "", "keyring", "******"])
def test_a_trivial_value_is_no_secret(value: str) -> None:
    assert Redactor((), {"MY_TOKEN": value}).redact(f"say {value}") == f"say {value}"


def test_a_urls_short_password_is_hidden_where_it_is_a_word() -> None:
    assert Redactor(["-i", "https://me:no1@host/"]).redact("no1 no12 (no1)") == "**** no12 (****)"


def test_the_user_name_before_a_password_is_no_secret() -> None:
    redactor = Redactor(["git+ssh://git@host/x", "https://__token__:pypi-AgEI@host/", "https://maria:pw-maria-1@h/"])
    assert redactor.redact("git maria __token__ pypi-AgEI pw-maria-1") == "git maria __token__ **** ****"


def test_a_key_of_several_lines_is_hidden_line_by_line() -> None:
    redactor = Redactor((), {"DEPLOY_PRIVATE_KEY": "-----BEGIN KEY-----\nMIIEowIBAAK\n-----END KEY-----\n"})
    assert redactor.redact("1 MIIEowIBAAK\n2 -----END KEY-----") == "1 ****\n2 ****"


@pytest.mark.parametrize(
    "argument", ["-Capi-key=hunter22", "--config-settings=build.token=hunter22", "password=hunter22"]
)
def test_an_argument_names_its_secret(argument: str) -> None:
    assert Redactor([argument]).redact(argument) == argument.replace("hunter22", "****")


def test_the_longer_of_two_alike_secrets_is_hidden_whole() -> None:
    assert Redactor((), {"A_TOKEN": "hunter22", "B_TOKEN": "hunter22-more"}).redact("hunter22-more") == "****"


def test_what_becomes_a_secret_by_a_mask_is_hidden_too() -> None:
    assert Redactor((), {"A_TOKEN": "hunter22", "B_TOKEN": "x****y"}).redact("a xhunter22y") == "a ****"


@pytest.mark.parametrize("spelt", [repr, json.dumps, str])
def test_a_secret_is_hidden_as_a_log_may_spell_it(spelt: Callable[[str], str]) -> None:
    secret = "a'b\\c\"d\u00fc"
    assert "c" not in Redactor((), {"A_TOKEN": secret}).redact(f"{spelt(secret)}")


def test_basic_authentication_is_hidden() -> None:
    assert Redactor(["-i", "https://me:hunter22@host/"]).redact("Basic bWU6aHVudGVyMjI=") == "Basic ****"


def test_data_is_redacted_in_every_depth_and_made_plain() -> None:
    data: dict[str, Any] = {
        "token": "hunter22",
        "deep": [{"x": ("a hunter22", Path("/hunter22"))}],
        "n": 1,
        "f": 0.5,
        "no": None,
        "yes": True,
        "bytes": "\udcff",
    }
    assert Redactor((), {"A_TOKEN": "hunter22"}).redact_data(data) == {
        "token": "****",
        "deep": [{"x": ["a ****", "/****"]}],
        "n": 1,
        "f": 0.5,
        "no": None,
        "yes": True,
        "bytes": "\\udcff",
    }
