"""The repository that a clone came from: buttons of a fork lead to the fork."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

COPIES = "colab"
HOSTS = ("github.com", "gitlab.com", "gitee.com", "codeberg.org")
_SCP = re.compile(r"(?:[^@/\s]+@)?(?P<host>[A-Za-z0-9.-]+):(?P<path>[^/].*)")
_NAME = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,100}")


class Repository(NamedTuple):
    """A public repository: host, owner and name, and nothing else of the address it came from."""

    host: str
    owner: str
    name: str

    @property
    def url(self) -> str:
        """Address of the repository's page."""
        return f"https://{self.host}/{self.owner}/{self.name}"

    @property
    def issues(self) -> str:
        """Address at which a reader reports an error."""
        new = "-/issues/new" if self.host == "gitlab.com" else "issues/new"
        return f"{self.url}/{new}"

    def colab(self, notebook: str) -> str | None:
        """Return the address that opens a notebook's copy on Colab, or None: Colab reads from GitHub alone."""
        if self.host != "github.com":
            return None
        where = f"github/{self.owner}/{self.name}/blob/{COPIES}"
        return f"https://colab.research.google.com/{where}/{quote(notebook)}"

    def binder(self, notebook: str) -> str:
        """Return the address that runs a notebook on Binder."""
        if self.host == "github.com":
            where = f"gh/{self.owner}/{self.name}"
        elif self.host == "gitlab.com":
            where = f"gl/{quote(f'{self.owner}/{self.name}', safe='')}"
        else:
            where = f"git/{quote(self.url, safe='')}"
        return f"https://mybinder.org/v2/{where}/HEAD?urlpath={quote(f'lab/tree/{notebook}', safe='')}"


def parse(address: str) -> Repository | None:
    """Read the address of a remote.

    Parameters
    ----------
    address : str
        As git stores it: an https or ssh address, with or without user, token and ``.git``; or ``git@host:owner/name``.

    Returns
    -------
    Repository or None
        None where the host is not a known public one, or anything in the path is unusual.
    """
    address = address.strip()
    if "://" in address:
        try:
            parts = urlsplit(address)
            host, path, port = parts.hostname or "", parts.path, parts.port
        except ValueError:
            return None
        if parts.scheme not in ("http", "https", "ssh", "git") or port not in (None, 22, 80, 443) or parts.query:
            return None
    else:
        short = _SCP.fullmatch(address)
        if not short:
            return None
        host, path = short["host"].lower(), short["path"]
    names = path.strip("/").removesuffix(".git").split("/")
    deep = host == "gitlab.com"
    if host not in HOSTS or not (len(names) == 2 or (deep and len(names) > 2)):
        return None
    if not all(_NAME.fullmatch(name) for name in names):
        return None
    return Repository(host, "/".join(names[:-1]), names[-1])


def has_copies(folder: Path) -> bool:
    """Say whether the clone knows a branch of its origin with copies of the chapters for Colab."""
    return _git(folder, "rev-parse", "--verify", "--quiet", f"refs/remotes/origin/{COPIES}") is not None


def of_clone(folder: Path) -> Repository | None:
    """Return the repository that the clone in a folder came from, or None where that is not known."""
    address = _git(folder, "config", "--get", "remote.origin.url")
    return None if address is None else parse(address)


def _git(folder: Path, *command: str) -> str | None:
    """Return what git says of the clone in a folder itself, or None where it has nothing to say."""
    if not (folder / ".git").exists():
        return None
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *command], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout if answer.returncode == 0 else None
