"""What a requirement that is none was surely meant to be, and when that would be a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.declared.requirement_text import is_requirement, requirements_meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("setuptools setuptools_scm wheel", ("setuptools", "setuptools_scm", "wheel")),
        ("setuptools, wheel", ("setuptools", "wheel")),
        ("setuptools >= 61, < 70 wheel==0.30", ("setuptools>=61,<70", "wheel==0.30")),
        ("setuptools=61.0", ("setuptools==61.0",)),
        ("setuptools[core]=61.0; python_version < '3'", ("setuptools[core]==61.0; python_version < '3'",)),
        ("poetry-core^1.0.0", ("poetry-core>=1.0.0",)),
        ("poetry-core~1.0", ("poetry-core>=1.0",)),
        ("setuptools=>61,=<70", ("setuptools>=61,<=70",)),
        ("wheel>=0.30,", ("wheel>=0.30,",)),
        ("setuptools>=61  # PEP 621", ("setuptools>=61",)),
        ("setuptools >> 61", ("setuptools",)),
        ("setuptools 61.0", ("setuptools",)),
    ],
)
def test_the_text_is_read_as_it_was_meant(text: str, meant: tuple[str, ...]) -> None:
    assert requirements_meant(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "== 1",
        "A²0",
        "a[,] >> 1",
        "git+https://host/x",
        "https://host/x.whl",
        "./here",
        "-e .",
        "numpy >> 1 six",
        "a b; nonsense",
    ],
)
def test_a_guess_is_none(text: str) -> None:
    assert requirements_meant(text) == ()


@given(st.text(alphabet="ab1.-_=<>~^,; [](@/\n", max_size=30) | st.text())
def test_what_is_meant_can_be_required(text: str) -> None:
    assert all(map(is_requirement, requirements_meant(text)))
