"""Ask the index for a wheel that itself says it provides a module: the evidence `verified`."""

from __future__ import annotations

import tempfile
import zipfile
from email.parser import BytesParser
from pathlib import Path

from packaging.utils import canonicalize_name

from safe_install import wheel
from safe_install.environment import pip_copy
from safe_install.environment.workshop import Workshop
from safe_install.evidence import Answer
from safe_install.model import Distribution


def index_providers(module: str, shop: Workshop, log: Path) -> Answer:
    """Download the wheel that bears a module's name, without running it, and see what it provides.

    Asked only under `--infer verified`. A distribution answers when its core metadata's `Import-Name`
    (metadata 2.5) or, without any, a file of its own says so. An sdist is never taken: it would run.
    """
    if not module.isidentifier():
        return ()
    folder = Path(tempfile.mkdtemp(prefix="verify-", dir=shop.scratch))
    words = ("download", "--no-deps", "--only-binary", ":all:", *shop.pip_options, "--dest", str(folder))
    finished = pip_copy.ask(shop, (*words, canonicalize_name(module)), log)
    if finished.status != 0:
        return ()
    return tuple(found for path in sorted(folder.glob("*.whl")) if (found := _provided(path, module)))


def _provided(path: Path, module: str) -> Distribution | None:
    contents = wheel.inspect(path)
    if isinstance(contents, str):
        return None
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        told = [str(each).partition(";")[0].strip() for each in _import_names(archive.read(metadata))]
    tops = {
        name.partition("/")[0].partition(".")[0] for name in names if not name.partition("/")[0].endswith(".dist-info")
    }
    provides = set(told) or tops
    return Distribution(contents.name, contents.version, (module,)) if module in provides else None


def _import_names(metadata: bytes) -> list[str]:
    return [str(each) for each in BytesParser().parsebytes(metadata).get_all("Import-Name", [])]
