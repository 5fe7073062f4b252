"""What the text of a script tells: what it imports, binds and refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.declared.scripts import Guarded, bound, guarded, imports, refusals


def test_what_a_module_binds_at_its_top_level() -> None:
    text = (
        "import a.b, c as d\nfrom e import f as g\nh = i = 1\nj: int = 2\nk += 1\n"
        "def l(): m = 1\nclass n: o = 1\nasync def p(): ...\n"
        "if h:\n    q = 1\nelse:\n    r = 1\ntry:\n    s = 1\nexcept X:\n    t = 1\nwith u:\n    v = 1\nw()\n"
    )
    assert bound(text) == frozenset(["a", "d", "g", "h", "i", "j", "k", "l", "n", "p", "q", "r", "s", "t", "v"])


def test_what_a_module_cannot_be_imported_without() -> None:
    text = "import a.b, a.b\nfrom c import d\nfrom . import e\nfrom .f import g\ntry:\n    import h\nexcept X: pass\n"
    assert imports(text) == ("a.b", "c")


@pytest.mark.parametrize(
    "handler",
    [
        "except ImportError:\n    print('install six, please')\n    sys.exit(1)",
        "except (X, ModuleNotFoundError):\n    raise SystemExit('install six, please')",
        "except:\n    exit('install six, please')",
    ],
)
def test_an_import_whose_failure_ends_the_script(handler: str) -> None:
    assert guarded(f"try:\n    import six\n{handler}\n") == (Guarded("six", ("install six, please",)),)


def test_a_name_whose_want_ends_the_script() -> None:
    text = "try:\n    from a.b import c, d\nexcept ImportError:\n    sys.exit('install c, please')\n"
    words = ("install c, please",)
    assert guarded(text) == (Guarded("a.b", words, "c"), Guarded("a.b", words, "d"))


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import six\nexcept ImportError:\n    six = None\n",
        "try:\n    import six\nexcept KeyError:\n    sys.exit('no')\n",
        "import six\n",
        "def broken(:\n",
    ],
)
def test_an_import_whose_failure_does_not(text: str) -> None:
    assert guarded(text) == ()


def test_the_words_with_which_a_script_ends() -> None:
    text = (
        "if a:\n    print('that was all, folks')\n    os._exit(1)\nelse:\n    sys.exit(f'no {b} to be found here')\n"
        "raise X('short', 'of %s and more words' % c)\nprint('this is only said')\nd.go()\n"
    )
    found = refusals(text)
    assert {"that was all, folks", "to be found here", "and more words"} <= set(found)
    assert refusals("print('this is only said')\n") == ()


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(bound(text), frozenset)
    assert isinstance(imports(text) + guarded(text) + refusals(text), tuple)
