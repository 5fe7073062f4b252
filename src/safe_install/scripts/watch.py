"""Run pip, and write down what it could not build; it must run on every target's Python.

pip says it to its own log: that a requirement leaves the build tracker only when everything is cleaned
up (its metadata could not be made), and that building its wheel, or `setup.py develop`, has failed. So it has
been said, by pip.req or pip.operations.build and by pip.wheel_builder, in every version from 20.3 to 26.3.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import logging
import os
import runpy
import sys
import tempfile
from contextlib import suppress
from types import FrameType
from typing import Any

TRACKERS = ("pip._internal.operations.build", "pip._internal.req.req_tracker")


class Tracked(logging.Handler):
    """Hears of every requirement whose metadata is being made, and of those that were not."""

    def __init__(self) -> None:
        """Have nothing to tell yet, and no file to write to."""
        logging.Handler.__init__(self, logging.DEBUG)
        self.answer = ""
        self.requirements: list[Any] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take a message of the build tracker."""
        words, told = str(record.msg), tuple(record.args or ())
        if not told or "build tracker" not in words or not hasattr(told[0], "link"):
            return
        if words.startswith("Added"):
            self.requirements.append(told[0])
        elif words.startswith("Removed") and _is_called_by("cleanup"):
            self.tell(told[0])

    def tell(self, requirement: Any) -> None:
        """Write down one that was not built."""
        with open(self.answer, "a") as stream:
            stream.write(json.dumps(_described(requirement)) + "\n")


class Failed(logging.Handler):
    """Hears of every wheel that could not be built."""

    def __init__(self, tracked: Tracked) -> None:
        """Take who knows the requirements."""
        logging.Handler.__init__(self, logging.INFO)
        self.tracked = tracked
        self.developed = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Take any message of pip's."""
        message, told = str(record.msg), tuple(record.args or ())
        name = _failed_in(message, told)
        if message.startswith("Running setup.py develop for") and told:
            self.developed = str(told[-1])
        elif record.levelno >= logging.ERROR and _is_of_develop(record.getMessage()):
            name = self.developed
        for requirement in self.tracked.requirements:
            if name and requirement.name == name:
                self.tracked.tell(requirement)


def main() -> None:
    """Take the answer's path, then pip's module or script and its arguments: from the command line, or when told."""
    tracked = Tracked()
    for name in TRACKERS:
        logging.getLogger(name).addHandler(tracked)
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger("pip").addHandler(Failed(tracked))
    # As Python does it for `-m`, less the current folder, which pip takes away itself.
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]
    words = _told(*map(int, sys.argv[2:])) if sys.argv[1] == "--wait" else sys.argv[1:]
    tracked.answer, program = words[:2]
    sys.argv = words[1:]
    if program == "pip":
        runpy.run_module("pip", run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(program, run_name="__main__")


def _told(order: int, ready: int) -> list[str]:
    """Import what pip will import, and then give the words that come as an order; end when there is none."""
    with os.fdopen(order, "rb") as stream:
        os.write(ready, b"\n")
        os.close(ready)
        # Nobody has said yet that the target may be changed.
        written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        # What goes wrong will be raised again, and said, by the pip that is to run.
        with suppress(Exception):
            importlib.import_module("pip._internal.cli.main")
            importlib.import_module("pip._internal.commands.install")
        sys.dont_write_bytecode = written
        told = stream.read()
    if not told:
        sys.exit()
    said = json.loads(told)
    for name in said["unset"]:
        os.environ.pop(_text(name), None)
    os.environ.update({_text(name): _text(value) for name, value in said["set"].items()})
    # One that was asked for before the variable came.
    tempfile.tempdir = None
    return [_text(word) for word in said["arguments"]]


def _text(characters: str) -> str:
    """Give what bytes mean here, that were passed as characters."""
    return os.fsdecode(characters.encode("latin-1"))


def _failed_in(message: str, told: tuple[Any, ...]) -> str:
    """Give the name of what a message says could not be built.

    Without the distribution `wheel`, a pip before 23.1 runs `setup.py install` and raises an error of its own.
    """
    if message.startswith("Failed building") and told:
        return str(told[-1])
    for each in told:
        if type(each).__name__ == "LegacyInstallFailure":
            return str(getattr(each, "context", ""))
    if "Running setup.py install for " in str(told[:1]) and "error" in str(told[1:]):
        return str(told[0]).rpartition(" ")[2]
    return ""


def _is_of_develop(message: str) -> bool:
    """Tell whether it is `setup.py develop` that an error is about, which a pip before 25.3 runs.

    One before 21.3 runs it even for a checkout that has no setup.py.
    """
    return "setup.py" in message and " develop" in message


def _is_called_by(name: str) -> bool:
    frame: FrameType | None = logging.currentframe()
    while frame is not None:
        if frame.f_code.co_name == name:
            return True
        frame = frame.f_back
    return False


def _described(requirement: Any) -> dict[str, Any]:
    link = requirement.link
    tree = getattr(requirement, "unpacked_source_directory", None) or requirement.source_dir
    return {
        "name": requirement.name,
        "text": str(requirement),
        "url": link.url,
        "tree": tree and os.path.abspath(tree),
        "editable": bool(requirement.editable),
        "cached_at": _cached_at(link),
        "origin": _origin(requirement),
        "config_settings": getattr(requirement, "config_settings", None) or {},
    }


def _origin(requirement: Any) -> str | None:
    """Give what pip has noted of the origin, with the hashes of an archive by which it will be asked for.

    A pip before 23.1 may note none, and a later one one of them. The archive is the one that pip has
    downloaded, has checked where a hash was asked for, and has unpacked.
    """
    info, archive = getattr(requirement, "download_info", None), getattr(requirement, "local_file_path", None)
    told: dict[str, Any] = json.loads(info.to_json()) if info is not None else {}
    is_archive = not told or "archive_info" in told
    if not is_archive or not archive or not os.path.isfile(archive):
        return json.dumps(told) if told else None
    with open(archive, "rb") as stream:
        content = stream.read()
    if "hashes" not in told.get("archive_info", {}):
        digest = hashlib.sha256(content).hexdigest()
        told["archive_info"] = {"hash": f"sha256={digest}", "hashes": {"sha256": digest}}
    for algorithm in getattr(requirement, "hash_options", None) or ():
        told["archive_info"]["hashes"].setdefault(algorithm, hashlib.new(algorithm, content).hexdigest())
    return json.dumps({"url": requirement.link.url_without_fragment, **told})


def _cached_at(link: Any) -> list[str]:
    """Give the folders, one in another, in which pip's cache has the wheels that were built from a link."""
    from pip._internal.cache import SimpleWheelCache

    return SimpleWheelCache._get_cache_path_parts(SimpleWheelCache.__new__(SimpleWheelCache), link)


if __name__ == "__main__":
    main()
