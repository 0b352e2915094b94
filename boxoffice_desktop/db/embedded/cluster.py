"""Making a cluster, and the settings that are ours."""

import os
import re
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from boxoffice_desktop.db.embedded.account import ServerAccount
from boxoffice_desktop.db.embedded.binaries import MAJOR_VERSION, Binaries
from boxoffice_desktop.db.embedded.diagnosis import explain_failure
from boxoffice_desktop.db.embedded.folders import DataFolder
from boxoffice_desktop.domain.errors import ServerStartError

_OUR_SETTINGS = "boxoffice.conf"
_DRAFT_PREFIX = "initializing-"
_NEEDED = ("global/pg_control", "base", "pg_wal", "postgresql.conf")
_SETTING_NAME = re.compile(r"[a-z][a-z0-9_.]*")

SETTINGS: Mapping[str, str] = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The messages of a failed start are read by us.
    "lc_messages": "C",
    # A ring of seven files, each overwritten a week later, so that the log cannot grow for ever.
    "logging_collector": "on",
    "log_filename": "server-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    # Statements of a failed sign-in carry keys; they have no place in a file.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}


def exists(folder: DataFolder) -> bool:
    """True when there is a whole cluster of our version, False when there is none.

    Raises: ServerStartError when it is incomplete or of another version.
    """
    cluster = folder.cluster
    if not cluster.is_dir() or not any(cluster.iterdir()):
        return False
    version_file = cluster / "PG_VERSION"
    if not version_file.is_file():
        raise _incomplete_error(cluster, "PG_VERSION")
    version = version_file.read_text("ascii", errors="replace").strip()
    if version != str(MAJOR_VERSION):
        raise ServerStartError(
            f"The data in {cluster} was written by PostgreSQL {version or '(unknown)'}; this till has {MAJOR_VERSION}.",
            "Start the release of the till that wrote it, or restore a backup into an empty data folder.",
        )
    for name in _NEEDED:
        if not (cluster / name).exists():
            raise _incomplete_error(cluster, name)
    return True


def create(folder: DataFolder, binaries: Binaries, account: ServerAccount, *, sync: bool) -> None:
    """A new cluster with a random superuser password, whole or not at all.

    It is made in a folder of its own and gets its name last; what a killed attempt left is removed first. `sync` False
    leaves it to the operating system when the files reach the disk: for throw-away data only. Raises: ServerStartError.
    """
    for left_over in folder.top.glob(f"{_DRAFT_PREFIX}*"):
        shutil.rmtree(left_over, ignore_errors=True)
    draft = folder.top / f"{_DRAFT_PREFIX}{secrets.token_hex(4)}"
    draft.mkdir(mode=0o700)
    account.give(draft)
    password = secrets.token_urlsafe(24)
    try:
        password_copy = draft / "password"
        _write_private(password_copy, password)
        account.give(password_copy)
        _run_initdb(draft / "cluster", password_copy, binaries, account, sync=sync)
        with (draft / "cluster" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(f"\ninclude = '{_OUR_SETTINGS}'\n")
        # The password first: a cluster without it would be locked for good.
        _write_private(folder.password_file, password)
        if folder.cluster.is_dir():
            folder.cluster.rmdir()
        (draft / "cluster").rename(folder.cluster)
        _sync_folder(folder.top)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def read_password(folder: DataFolder) -> str:
    """The superuser's password. Raises: ServerStartError when its file is gone or cannot be read."""
    try:
        password = folder.password_file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ServerStartError(
            f"The password of the database cannot be read from {folder.password_file}.",
            "Put the file back from a backup, and start the till with the account that created the data.",
        ) from error
    return password


def write_settings(folder: DataFolder, account: ServerAccount, settings: Mapping[str, str]) -> None:
    """Our settings lie in the cluster, in a file of their own, written anew at each start."""
    lines = ["# Written at each start of the server; changes here are lost. Use postgresql.auto.conf (ALTER SYSTEM)."]
    for name, value in settings.items():
        if not _SETTING_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a setting")
        lines.append(f"{name} = {_quote(value)}")
    path = folder.cluster / _OUR_SETTINGS
    draft = path.with_suffix(".new")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    account.give(draft)
    draft.replace(path)


def _run_initdb(target: Path, password_file: Path, binaries: Binaries, account: ServerAccount, *, sync: bool) -> None:
    command: list[str | Path] = [
        binaries.program("initdb"),
        *("--pgdata", target, "--pwfile", password_file),
        *("--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        *("--data-checksums", "--no-instructions"),
    ]
    if not sync:
        command.append("--no-sync")
    code, output = account.run(command)
    if code != 0:
        raise explain_failure(output, target)


def _incomplete_error(cluster: Path, missing: str) -> ServerStartError:
    return ServerStartError(
        f"The data in {cluster} is incomplete: {missing} is missing.",
        f"Restore the whole folder from a backup. If it was never used, move {cluster} away and start again.",
    )


def _quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, on the disk, and readable by its owner alone (on Windows: by the folder's access list)."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows opens no folders and keeps renames in its journal
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
