"""Whether this computer loads the native libraries that were installed. Run in the environment: ``python native.py``.

Windows may refuse a file although it was installed well (Smart App Control, antivirus, a policy). Every native file's
package is imported, then every native file is loaded; a refusal is told in one line, ``blocked NAME`` or ``broken
NAME``. A file that fails alone for any other reason may be meant for a part that is not there, and is no fault.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.metadata
import os
import sys
from collections.abc import Iterable, Iterator

ENDINGS = (".pyd", ".so")
REFUSED = (4551, 1260, 225, 577)  # policy of application control, group policy, virus, invalid signature
WORDS = ("application control", "smart app control", "group policy")


def list_native(files: Iterable[str]) -> dict[str, list[str]]:
    """Native files by the package or module that one would import for them.

    Parameters
    ----------
    files : iterable of str
        Paths below ``site-packages``, with slashes, as the record of a distribution lists them.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(set(files)):
        top = path.split("/")[0].split(".")[0]
        inside = "/" not in path or "." not in path.split("/")[0]  # numpy.libs is a folder of parts, not a package
        if path.endswith(ENDINGS) and inside and top.isidentifier() and not top.startswith("_"):
            found.setdefault(top, []).append(path)
    return found


def list_installed() -> Iterator[str]:
    """Every file of every installed distribution."""
    for distribution in importlib.metadata.distributions():
        for path in distribution.files or ():
            yield path.as_posix()


def describe(error: BaseException) -> str:
    """Whether the system refused or something else is wrong."""
    number = getattr(error, "winerror", None)
    text = str(error).lower()
    return "blocked" if number in REFUSED or any(word in text for word in WORDS) else "broken"


def try_native(found: dict[str, list[str]], site: str) -> Iterator[str]:
    """Import each package, load each of its files; yield what does not work."""
    for name, files in found.items():
        try:
            importlib.import_module(name)
        except Exception as error:  # whatever it is, she cannot use the library
            yield f"{describe(error)} {name} {type(error).__name__}: {error}"
            continue
        yield from (f"blocked {name} {path}" for path in files if _is_refused(os.path.join(site, path)))


def _is_refused(path: str) -> bool:
    if sys.platform != "win32":
        return False
    try:
        ctypes.CDLL(path)
    except OSError as error:
        return describe(error) == "blocked"
    return False


def main() -> int:
    """Say what does not load; 1 if anything."""
    site = str(importlib.metadata.distribution("pip").locate_file(""))
    lines = list(try_native(list_native(list_installed()), site))
    sys.stdout.buffer.write("".join(" ".join(line.split()) + "\n" for line in lines).encode("utf-8", "replace"))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
