"""Judges what was found of a server: what is wrong in plain words, why it matters, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from boxoffice_desktop.db.admin import OLDEST_SERVER, describe_version
from boxoffice_desktop.db.schema import HEAD, REVISIONS
from boxoffice_desktop.db.server_checks import TILL_LIMITS, LongTransaction, ServerFacts, TrustLine
from boxoffice_desktop.db.url import ServerUrl, is_local_host

# Holds and sales are judged by the server's clock; a till that is off by more shows wrong times on tickets.
CLOCK_LIMIT_SECONDS: Final = 2.0
_LEAST_FREE_BYTES: Final = 2 * 1024**3
# A till's pool of 4, its 2 spares and its listener.
_CONNECTIONS_PER_TILL: Final = 7
_CONNECTIONS_BESIDE: Final = 10
_SLOW_ROUND_TRIP: Final = 0.02


class Grade(StrEnum):
    """How a finding counts: only problems make the check fail."""

    FINE = "fine"
    HINT = "hint"
    PROBLEM = "problem"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at. `why` and `action` are empty when it is fine."""

    grade: Grade
    what: str
    why: str = ""
    action: str = ""


def judge(facts: ServerFacts, url: ServerUrl) -> tuple[Finding, ...]:
    """All findings, in the order in which one would mend them."""
    return (
        *_judge_version(facts),
        *_judge_tls(facts, url),
        *_judge_clock(facts),
        *_judge_zones(facts),
        *_judge_schema(facts),
        *_judge_guards(facts),
        *_judge_durability(facts),
        *_judge_backups(facts),
        *_judge_logins(facts),
        *_judge_rights(facts),
        *_judge_trust(facts),
        *_judge_connections(facts),
        *_judge_locks(facts),
        *_judge_disk(facts),
    )


def has_problems(findings: tuple[Finding, ...]) -> bool:
    """Whether anything must be mended."""
    return any(finding.grade is Grade.PROBLEM for finding in findings)


def describe_clock(ahead: float) -> str:
    """How the server's clock stands to this till's, e.g. `the server's clock is 3.2 s ahead of this till's`."""
    if abs(ahead) < CLOCK_LIMIT_SECONDS:
        return f"the clocks of server and till agree to {max(abs(ahead), 0.001):.3f} s"
    return f"the server's clock is {_describe_span(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} this till's"


def _fine(what: str) -> Finding:
    return Finding(grade=Grade.FINE, what=what)


def _hint(what: str, why: str, action: str) -> Finding:
    return Finding(grade=Grade.HINT, what=what, why=why, action=action)


def _problem(what: str, why: str, action: str) -> Finding:
    return Finding(grade=Grade.PROBLEM, what=what, why=why, action=action)


def _judge_version(facts: ServerFacts) -> Iterator[Finding]:
    words = f"the server is PostgreSQL {describe_version(facts.version)}"
    if facts.version // 10000 >= OLDEST_SERVER:
        yield _fine(words)
    else:
        yield _problem(
            words,
            f"The tills use what came with {OLDEST_SERVER}.",
            "Install a newer PostgreSQL and move the database there.",
        )
    if facts.settings.get("server_encoding") != "UTF8":
        yield _problem(
            f"the database's encoding is {facts.settings.get('server_encoding')}",
            "Titles and names in other scripts cannot be stored.",
            "Provision a new database: it is made with UTF8.",
        )


def _judge_tls(facts: ServerFacts, url: ServerUrl) -> Iterator[Finding]:
    for warning in url.warnings:
        yield _problem(
            warning,
            "What the tills send could be read or changed on the way.",
            "Leave sslmode out of the URL (verify-full is the default) and give the server a certificate:"
            " packaging/server/README.md, section TLS.",
        )
    if facts.tls:
        verified = "verified" if url.sslmode == "verify-full" else "not verified"
        yield _fine(f"this connection is encrypted ({facts.tls}, {verified})")
    elif not url.is_local:
        yield _problem(
            "this connection is not encrypted",
            "Anybody on the network can read and change what is sent.",
            "Switch TLS on at the server (ssl = on) and pair the tills without --insecure.",
        )
    else:
        yield _fine("this connection stays on this machine")
    if facts.settings.get("ssl") != "on":
        judged = _hint if url.is_local else _problem
        yield judged(
            "TLS is switched off at the server",
            "Tills on other machines cannot connect safely.",
            "Set ssl = on with a certificate (packaging/server/README.md, section TLS), then reload the server.",
        )


def _judge_clock(facts: ServerFacts) -> Iterator[Finding]:
    words = describe_clock(facts.clock_ahead)
    if abs(facts.clock_ahead) < CLOCK_LIMIT_SECONDS:
        yield _fine(words)
    else:
        yield _problem(
            words,
            "Holds and sales go by the server's clock, so no seat is at risk; times on this till's screen are wrong.",
            "Let both machines set their clocks from the network (systemd-timesyncd or chrony).",
        )
    if facts.round_trip > _SLOW_ROUND_TRIP:
        yield _hint(
            f"a question to the server takes {facts.round_trip * 1000:.0f} ms",
            "A sale asks several times; the till gets slow above 20 ms.",
            "Use a cable instead of wireless, and a server in the house.",
        )


def _judge_zones(facts: ServerFacts) -> Iterator[Finding]:
    unknown_here = tuple(zone for zone in facts.zones if not _knows_zone(zone))
    for place, zones in (("the server", facts.unknown_zones), ("this machine", unknown_here)):
        if zones:
            yield _problem(
                f"{place} does not know the time zone {', '.join(zones)}",
                "Shows would stand at wrong times.",
                "Install the time zone data (package tzdata) and restart.",
            )
    if facts.zones and not facts.unknown_zones and not unknown_here:
        yield _fine(f"the time zone {', '.join(facts.zones)} is known")


def _knows_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _judge_schema(facts: ServerFacts) -> Iterator[Finding]:
    if facts.revision == HEAD:
        yield _fine(f"the schema is this release's ({HEAD})")
    elif facts.revision is None:
        yield _problem(
            "there is no schema", "No till can work with it.", "Run boxoffice server provision --admin-url …"
        )
    elif facts.revision in REVISIONS:
        yield _problem(
            f"the schema is of an older release ({facts.revision}, this release has {HEAD})",
            "Tills of this release refuse to sell with it.",
            "Run boxoffice server provision --admin-url … again: it upgrades.",
        )
    else:
        yield _problem(
            f"the schema is of a newer release ({facts.revision})",
            "This release does not know it and refuses to sell.",
            "Install the newer release on this machine.",
        )


def _judge_guards(facts: ServerFacts) -> Iterator[Finding]:
    why = "The database would take changes that nobody may make, and the journal would miss them."
    action = "Find out who did that, verify the journal, and restore the guards from a backup."
    if facts.disabled_guards:
        yield _problem(f"guards are switched off: {', '.join(facts.disabled_guards)}", why, action)
    if facts.unguarded_tables:
        yield _problem(f"tills may write tables without a guard: {', '.join(facts.unguarded_tables)}", why, action)
    if facts.settings.get("session_replication_role", "origin") != "origin":
        yield _problem(
            "session_replication_role switches all guards off", why, "Set it back to origin and reload the server."
        )
    if facts.loginable:
        yield _problem(
            f"{', '.join(facts.loginable)} can log in",
            "Whoever learns that password may change everything.",
            f"ALTER ROLE {facts.loginable[0]} NOLOGIN PASSWORD NULL",
        )
    if facts.revision and not (facts.disabled_guards or facts.unguarded_tables or facts.loginable):
        yield _fine("all guards are in force, and their owner cannot log in")


def _judge_durability(facts: ServerFacts) -> Iterator[Finding]:
    lost = "A power cut can lose sales that a till confirmed"
    wrong = [
        (name, f"{lost}{rest}")
        for name, rest in (
            ("fsync", ", or the whole database."),
            ("full_page_writes", ", or the whole database."),
            ("synchronous_commit", "."),
        )
        if facts.settings.get(name) == "off"
    ]
    for name, why in wrong:
        yield _problem(f"{name} is off", why, f"ALTER SYSTEM RESET {name}; SELECT pg_reload_conf()")
    if not wrong:
        yield _fine("every confirmed sale is on the disk (fsync, full_page_writes, synchronous_commit)")
    if facts.settings.get("data_checksums") != "on":
        yield _hint(
            "data checksums are off",
            "A disk that returns wrong data is not noticed.",
            "Stop the server and run pg_checksums --enable; initdb --data-checksums for a new one.",
        )


def _judge_backups(facts: ServerFacts) -> Iterator[Finding]:
    archived, failed = facts.archive
    if facts.settings.get("archive_mode") not in {"on", "always"} or facts.settings.get("wal_level") == "minimal":
        yield _hint(
            "WAL is not archived (archive_mode)",
            "When the disk dies, everything since the last whole backup is lost.",
            "Set up the backups of packaging/server/README.md; they do not stop sales.",
        )
    elif failed is not None and (archived is None or failed > archived):
        yield _problem(
            f"archiving WAL fails since {failed:%Y-%m-%d %H:%M}",
            "The backup ends there, and the server's disk fills up with what it cannot hand on.",
            "Look into the server's log for archive_command's words; mostly the backup's disk is full or away.",
        )
    else:
        yield _fine("WAL is archived" + (f", last {archived:%Y-%m-%d %H:%M} UTC" if archived else ""))


def _judge_logins(facts: ServerFacts) -> Iterator[Finding]:
    if facts.settings.get("password_encryption") != "scram-sha-256":
        yield _problem(
            f"password_encryption is {facts.settings.get('password_encryption')}",
            "New passwords would be stored in a form that is easily broken.",
            "ALTER SYSTEM SET password_encryption = 'scram-sha-256'; SELECT pg_reload_conf()",
        )
    if facts.old_passwords:
        yield _problem(
            f"old password hashes (md5): {', '.join(facts.old_passwords)}",
            "Whoever reads the hash can log in with it.",
            "Give these roles new passwords: \\password ROLE in psql; pair tills again with --again.",
        )
    unlimited = sorted(
        login for login, settings in facts.tills.items() if any(name not in settings for name in TILL_LIMITS)
    )
    if unlimited:
        yield _problem(
            f"no time limits on the logins {', '.join(unlimited)}",
            "A till that hangs would keep its seats locked for all others.",
            "Pair these tills again with --again: that sets the limits.",
        )
    elif facts.tills:
        yield _fine(f"tills with logins of their own and time limits: {len(facts.tills)}")


def _judge_rights(facts: ServerFacts) -> Iterator[Finding]:
    again = "Run boxoffice server provision --admin-url … again, with a superuser: it closes that."
    if facts.public_rights:
        yield _problem(
            f"every login of the server may {' and '.join(facts.public_rights)} in this database",
            "Logins that have nothing to do with the cinema get in, or can shadow tables for their session.",
            again,
        )
    if facts.has_large_objects:
        yield _hint(
            "tills may make large objects",
            "No guard watches them: a till's login could fill the disk with them.",
            again,
        )
    if facts.unlimited_sessions:
        yield _problem(
            f"till sessions work without their time limits: {', '.join(facts.unlimited_sessions)}",
            "Somebody has switched the limits off in them; they can keep seats locked for all others.",
            "End them with SELECT pg_terminate_backend(PROCESS), and find out who uses that till's password.",
        )
    if not (facts.public_rights or facts.has_large_objects or facts.unlimited_sessions):
        yield _fine("nobody but tills gets into the database, and their sessions keep their limits")


def _judge_trust(facts: ServerFacts) -> Iterator[Finding]:
    if facts.trust_lines is None:
        yield _hint(
            "pg_hba.conf was not looked at",
            "This login may not read it; a line with trust in it would let anybody in.",
            "Run the check with the superuser's --admin-url.",
        )
        return
    wrong = [finding for finding in map(_judge_line, facts.trust_lines) if finding is not None]
    yield from wrong
    if not wrong:
        yield _fine("pg_hba.conf lets nobody in without a password or in the clear")


def _judge_line(line: TrustLine) -> Finding | None:
    place = f"line {line.number} of pg_hba.conf"
    if line.error:
        return _problem(f"{place}: {line.error}", "The server ignores the whole file until it is mended.", "Mend it.")
    if line.method == "trust":
        return _problem(
            f"{place} lets {', '.join(line.users)} in without a password (trust)",
            "Anybody who reaches the server is whoever they say they are.",
            "Write scram-sha-256 instead of trust, then reload the server.",
        )
    if line.method in {"password", "md5"}:
        return _problem(
            f"{place} takes passwords the old way ({line.method})",
            "They can be read or replayed by whoever listens.",
            "Write scram-sha-256 instead, then reload the server.",
        )
    is_near = line.type == "local" or is_local_host(line.address) or line.address == "samehost"
    if line.type in {"host", "hostnossl"} and line.method != "reject" and not is_near:
        return _problem(
            f"{place} lets {', '.join(line.users)} in from {line.address} without TLS",
            "Anybody on that network can read and change what is sent.",
            "Write hostssl instead of host, then reload the server.",
        )
    return None


def _judge_connections(facts: ServerFacts) -> Iterator[Finding]:
    there = int(facts.settings.get("max_connections", "0"))
    there -= int(facts.settings.get("superuser_reserved_connections", "0"))
    needed = _CONNECTIONS_PER_TILL * len(facts.tills) + _CONNECTIONS_BESIDE
    words = f"{there} connections, tills: {len(facts.tills)}"
    if there >= needed:
        yield _fine(words)
    else:
        yield _problem(
            words,
            f"{needed} are needed when all tills are busy; the last ones would find the server closed.",
            f"ALTER SYSTEM SET max_connections = {needed + _CONNECTIONS_BESIDE}, then restart the server.",
        )


def _judge_locks(facts: ServerFacts) -> Iterator[Finding]:
    for transaction in facts.long_transactions:
        yield _judge_transaction(transaction)
    if not facts.long_transactions:
        yield _fine("no transaction has been open for long")


def _judge_transaction(transaction: LongTransaction) -> Finding:
    who = " ".join(part for part in (transaction.login, transaction.application) if part)
    what = f"a transaction of {who or 'somebody'} has been open for {_describe_span(transaction.seconds)}"
    action = f"End that program, or: SELECT pg_terminate_backend({transaction.pid})"
    if transaction.blocks:
        return _problem(f"{what}; {transaction.blocks} others wait for it", "Tills cannot sell until it ends.", action)
    return _hint(what, "It keeps the database from cleaning up, and may come to block tills.", action)


def _judge_disk(facts: ServerFacts) -> Iterator[Finding]:
    size = f"the database has {_describe_bytes(facts.database_bytes)}"
    if facts.free_bytes is None:
        yield _fine(f"{size}; how much room is left on its disk can only be seen on the server (df)")
    elif facts.free_bytes < max(_LEAST_FREE_BYTES, facts.database_bytes // 2):
        yield _problem(
            f"{size}, and only {_describe_bytes(facts.free_bytes)} are left on its disk",
            "A full disk stops all sales.",
            "Make room, or move the database to a larger disk.",
        )
    else:
        yield _fine(f"{size}, and {_describe_bytes(facts.free_bytes)} are left on its disk")


def _describe_bytes(count: int) -> str:
    for unit, size in (("GB", 1024**3), ("MB", 1024**2)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1024:.0f} kB"


def _describe_span(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.1f} s"
