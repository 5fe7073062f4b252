"""After a refusal: which release of the same distribution needs no build."""

from __future__ import annotations

from pathlib import Path

import pytest

from safe_install import releases
from safe_install.kinds import Kind
from safe_install.model import Diagnosis
from safe_install.unbuilt import Unbuilt
from trees import a_shop, tree, wheel_file

DIAGNOSIS = Diagnosis(Kind.FILE_MISSING, "VERSION", "…", curable=False)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Have a folder of archives, which pip only lists."""
    return tree(tmp_path / "index", {"demo-1.0.tar.gz": b"", "demo-3.0.tar.gz": b""})


def asked(index: Path, where: str = "demo-1.0.tar.gz", diagnosis: Diagnosis = DIAGNOSIS) -> str:
    shop = a_shop(index.parent, pip_options=("--find-links", str(index), "--prefer-binary"))
    return releases.step(Unbuilt("demo", f"/somewhere/{where}", Path("/tree")), diagnosis, shop)


def test_the_newest_that_has_a_wheel_is_named(index: Path) -> None:
    for version in ("1.0", "2.0"):
        wheel_file(index, name=f"demo-{version}-py3-none-any.whl")
    wheel_file(index, name="demo-4.0-py2-none-any.whl")
    assert asked(index).endswith("  safe-install demo==2.0")


def test_none_is_named_where_every_release_has_to_be_built(index: Path) -> None:
    assert asked(index) == ""


def test_an_index_that_lacks_the_release_itself_is_not_heard(index: Path) -> None:
    wheel_file(index, name="demo-2.0-py3-none-any.whl")
    assert asked(index, "demo-0.9.tar.gz") == ""


def test_nobody_is_asked_for_what_is_no_release(index: Path) -> None:
    wheel_file(index, name="demo-2.0-py3-none-any.whl")
    assert asked(index, "repository.git") == ""
    assert asked(index, diagnosis=Diagnosis(Kind.DELIBERATE_STUB, "setup.py", "…")) == ""
    assert not list((index.parent / "run").iterdir())
