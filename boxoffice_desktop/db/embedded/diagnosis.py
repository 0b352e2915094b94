"""What PostgreSQL says when it fails, in the words of a person at a till."""

from pathlib import Path

from boxoffice_desktop.db.embedded.folders import disk_full_error
from boxoffice_desktop.domain.errors import ServerStartError

# In the order in which they are looked for: the cause stands before its consequences.
_KNOWN = (
    (
        ("could not bind", "address already in use", "using socket file"),
        "Another program already listens where the database of this till should.",
        "Close the other program, or restart the machine; then start the till again.",
    ),
    (
        ("pre-existing shared memory block",),
        "Parts of an earlier database server still run on the same data.",
        "Wait half a minute and start the till again; if that does not help, restart the machine.",
    ),
    (
        ("permission denied", "has wrong ownership", "invalid permissions", "access is denied"),
        "The database server may not use its own files.",
        "Start the till with the account that created the data, or give the folder back to that account.",
    ),
    (
        ("shared memory", "could not create semaphores", "cannot allocate memory", "could not map"),
        "There is not enough memory for the database server.",
        "Close other programs, or give the machine more memory; then start the till again.",
    ),
    (
        (
            "invalid checkpoint",
            "valid checkpoint record",
            "checksum",
            "incompatible with server",
            "panic:",
        ),
        "The data of the database is damaged.",
        "Do not delete anything. Copy the data folder to a safe place, then restore the last backup.",
    ),
    (
        ("invalid value for parameter", "unrecognized configuration parameter", "configuration file"),
        "A setting of the database server is wrong.",
        "Undo the last change in postgresql.conf or postgresql.auto.conf in the data folder.",
    ),
)
_LAST_LINES = 4


def explain_failure(output: str, folder: Path) -> ServerStartError:
    """What to tell about a program that failed with `output` on the data in `folder`."""
    lowered = output.lower()
    if "no space left on device" in lowered or "not enough space" in lowered:
        return disk_full_error(folder)
    said = " ".join(line.strip() for line in output.strip().splitlines()[-_LAST_LINES:])
    for signs, message, advice in _KNOWN:
        if any(sign in lowered for sign in signs):
            return ServerStartError(f"{message} PostgreSQL says: {said}", advice)
    return ServerStartError(
        f"The database server did not start. PostgreSQL says: {said or '(nothing)'}",
        f"Look into the log in {folder}, and start the till again.",
    )


def is_waiting_for_old_processes(output: str) -> bool:
    """True when the start failed only because processes of a killed server have not ended yet."""
    return "pre-existing shared memory block" in output.lower()
