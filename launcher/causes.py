"""What pip, uv and venv say when they fail, and what it means.

Words differ with the language of the system («Access is denied», «Piekļuve liegta»); numbers of errors do not. One
number means different things on Windows and elsewhere, so each has its own column. The order matters: who cannot write
also says that a library was not installed, and pip calls a library that it could not look for «not found».
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LAST = 5  # lines of the installer that are shown
LONGEST = 255  # characters of a path that Windows opens without long paths
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Cause:
    """How one cause is told from others."""

    key: str
    words: str = r"(?!)"
    windows: tuple[int, ...] = ()
    posix: tuple[int, ...] = ()

    def fits(self, text: str, *, windows: bool) -> bool:
        """Whether the words or the numbers of this cause stand in the text."""
        numbers = "|".join(map(str, self.windows if windows else self.posix)) or "(?!)"
        kinds = "os error|winerror" if windows else "os error|errno"
        return bool(re.search(self.words, text) or re.search(rf"(?:{kinds}) (?:{numbers})\b", text))


CAUSES = (
    Cause(
        "disk_full", "no space left on device|not enough space on the disk|disk quota exceeded", (112, 39), (28, 122)
    ),
    Cause(
        "blocked",
        "application control|smart app control|blocked by group policy|blocked by your administrator|contains a virus",
        (4551, 1260, 225, 577),
    ),
    Cause("too_long", "file ?name too long|extension is too long|long path support|path too long", (206,), (36,)),
    Cause("in_use", "being used by another process|text file busy|cannot access the file because", (32, 33), (26,)),
    Cause("other_bytes", "hash mismatch|do not match the hash|hash-checking mode|bad magic number for central"),
    Cause("no_venv", "ensurepip is not available|no module named venv|no module named '?ensurepip"),
    Cause(
        "proxy",
        r"proxyerror|proxy authentication|tunnel connection failed|cannot connect to proxy|proxy connect"
        r"|certificate.?verify.?failed|invalid peer certificate|unknownissuer|self.signed certificate|sslerror"
        r"|unsuccessful tunnel|sslcertverif|unable to get local issuer|status code 407|\b407 proxy|tunnel error",
    ),
    Cause(
        "no_network",
        "name or service not known|name resolution|getaddrinfo|failed to resolve|dns error|failed to lookup address"
        "|network is unreachable|no route to host|connection refused|connection reset|timed out|newconnectionerror"
        "|error sending request|max retries exceeded|connection aborted|incompleteread|connection broken"
        "|request failed after|network was disabled|network connectivity is disabled"
        "|server error|service unavailable|bad gateway",
        (10054, 10060, 10061, 11001),
        (101, 104, 110, 111, 113),
    ),
    Cause("no_right", "permission denied|read-only file system|access is denied", (5, 19), (13, 1, 30)),
    Cause(
        "no_wheel",
        "no usable wheels|no matching distribution|could not find a version that satisfies|not a supported wheel"
        "|no wheels with a matching|for the current platform|failed building wheel|failed to build"
        "|requires a different python|are unsatisfiable|building from source is disabled|wheels are required"
        "|marked as `--no-build`",
    ),
)
LIBRARY = (
    r"because ([a-z0-9][a-z0-9._-]*)==\S+ has no (?:usable )?wheels",
    r"no matching distribution found for ([a-z0-9][a-z0-9._-]*)",
    r"wheels are required for `([a-z0-9._-]+)`",
    r"`([a-z0-9._-]+)==[^`]+` (?:can't|cannot) be installed",
)  # how the library without a wheel is named
PATHS = r"['\"`]((?:[a-z]:|\\\\)[^'\"`\n]+)['\"`]"


@dataclass(eq=False)
class SetupError(Exception):
    """The set-up cannot go on: the key of a sentence, what it names, the installer's last lines."""

    cause: str
    what: str = ""
    lines: tuple[str, ...] = ()


def name_cause(text: str, *, windows: bool) -> str:
    """Find the cause in what an installer said; «unknown» when nothing fits."""
    text = text.lower()
    fits = [cause.key for cause in CAUSES if cause.fits(text, windows=windows)]
    if windows and not {"disk_full", "blocked"} & set(fits) and any(_lengths(text)):
        return "too_long"
    if fits[:1] == ["no_right"] and windows:
        return "in_use"  # Windows says «access denied» of a file that is open; the folder was found writable before
    return fits[0] if fits else UNKNOWN


def name_library(text: str) -> str:
    """The library that the installer could not find a wheel for, or nothing."""
    for pattern in LIBRARY:
        found = re.search(pattern, text.lower())
        if found:
            return found[1]
    return ""


def explain(text: str, *, windows: bool) -> SetupError:
    """What to tell of a failure."""
    cause = name_cause(text, windows=windows)
    return SetupError(cause, name_library(text) if cause == "no_wheel" else "", keep_last(text.splitlines()))


def keep_last(lines: Iterable[str]) -> tuple[str, ...]:
    """The last lines that say something."""
    return tuple(line.rstrip() for line in lines if line.strip())[-LAST:]


def _lengths(text: str) -> Iterable[bool]:
    return (len(path.replace("\\\\", "\\")) > LONGEST for path in re.findall(PATHS, text))
