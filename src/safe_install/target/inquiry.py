"""Ask a target for its facts while other things are done: what is imported meanwhile costs no time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from safe_install import target
from safe_install.request import Request
from safe_install.target import Target


class Inquiry:
    """A question to a target's interpreter; it is asked when this is made."""

    def __init__(
        self, request: Request, directory: Path, environ: Mapping[str, str], then: Callable[[Target], None]
    ) -> None:
        """Ask for what a request names, or for what is to be found from a directory; `then` is called with it."""
        self._request, self._directory, self._environ, self._then = request, directory, environ, then
        self._found: Target | BaseException | None = None
        # An interpreter that never answers must not keep an interrupted run from ending.
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def answer(self) -> Target:
        """Wait for the target; raises what `target.inspect` raises."""
        self._thread.join()
        assert self._found is not None
        if isinstance(self._found, BaseException):
            raise self._found
        return self._found

    def _ask(self) -> None:
        request = self._request
        near = request.projects[0].path if request.projects else self._directory
        try:
            self._found = target.inspect(request.python, near, self._environ, request.placement)
        # Whatever it is, it is raised where the answer is waited for.
        except BaseException as error:  # noqa: BLE001
            self._found = error
        else:
            self._then(self._found)
