"""What stands in a ticket's QR code and under it: packing it, and reading what a scanner or a person has typed.

Three things open a door:

- the **code**: 16 random bytes, the ticket's only secret. Nothing about it can be guessed or counted on.
- the **signed text** in the QR code: the code with show, seat, serial and copy, and a signature (Ed25519) of the till
  that printed it. A door checks it without the server. It says nothing about a person.
- the **short code** under the QR code: the first 60 bits of the code, for typing. Only the server can check it.

All of them are base 32: capitals and the digits 2 to 7, so that 0, 1 and 8 can only be O, I and B mistyped.
"""

import base64
import re
from dataclasses import dataclass
from struct import Struct
from typing import Final

from boxoffice_desktop.domain.errors import InvalidInputError

CODE_BYTES: Final = 16
SIGNATURE_BYTES: Final = 64
PREFIX_BYTES: Final = 8
"""A short code as bytes: 60 bits, the last four are zero."""

_VERSION: Final = 1
# Version, key, show, seat, serial, copy, code: with the signature 96 bytes, which is what a QR code of version 6 takes
# as 154 capitals and digits at level M. One byte more would need the next larger square.
_BODY: Final = Struct(">BHIIIB16s")
_CODE_LETTERS: Final = 26
_SHORT_LETTERS: Final = 12
_SIGNED_LETTERS: Final = 154
_GROUP: Final = 4
_MOST_KEY: Final = 2**16 - 1
_MOST_NUMBER: Final = 2**32 - 1
_MOST_COPY: Final = 2**8 - 1
# What scanners put in front by themselves: the AIM identifier of a QR code, e.g. ]Q1.
_AIM: Final = re.compile(r"^\s*\][A-Za-z][0-9A-Za-z]")
_MISTYPED: Final = str.maketrans("018", "OIB")
_NOT_BASE_32: Final = re.compile(r"[^A-Z2-7]")
# A scanner that types as if the keyboard were American, on a computer that is set to a German one, and the other way.
_SWAPPED: Final = str.maketrans("YZ", "ZY")


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedFacts:
    """What a signed text says of its ticket.

    Attributes:
        key_id: which till's key has signed it.
        copy: 1 for the first print, more for reprints.
        code: the 16 random bytes of that copy.
    """

    key_id: int
    show_id: int
    seat_id: int
    serial: int
    copy: int
    code: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One way to understand what was scanned or typed.

    Attributes:
        code: the 16 bytes of the ticket, or 8 of which 60 bits count when a short code was typed.
        facts: what the signed text says; None for a bare or a short code.
        signed: the bytes that the signature is for.
        signature: 64 bytes, or none.
    """

    code: bytes
    facts: SignedFacts | None = None
    signed: bytes = b""
    signature: bytes = b""

    @property
    def is_short(self) -> bool:
        """Whether it is a typed short code, which only the server can check."""
        return len(self.code) == PREFIX_BYTES


def short_code(code: bytes) -> str:
    """The short code of a ticket as it is printed, e.g. `ABCD-EFGH-JKLM`: 60 of the 128 bits.

    Raises:
        InvalidInputError: the code is not 16 bytes long.
    """
    if len(code) != CODE_BYTES:
        raise InvalidInputError("code", f"A ticket's code has {CODE_BYTES} bytes.")
    letters = _encode(code)[:_SHORT_LETTERS]
    return "-".join(letters[place : place + _GROUP] for place in range(0, _SHORT_LETTERS, _GROUP))


def pack_facts(facts: SignedFacts) -> bytes | None:
    """The 32 bytes that are signed; None when a number does not fit, and the ticket goes without a signature."""
    numbers = (facts.show_id, facts.seat_id, facts.serial)
    fits = all(0 <= number <= _MOST_NUMBER for number in numbers)
    if not fits or not 0 <= facts.key_id <= _MOST_KEY or not 1 <= facts.copy <= _MOST_COPY:
        return None
    return _BODY.pack(_VERSION, facts.key_id, *numbers, facts.copy, facts.code)


def payload_text(payload: bytes) -> str:
    """The text that goes into a QR code for some bytes: base 32 without padding."""
    return _encode(payload)


def read_scan(text: str) -> tuple[Reading, ...]:
    """The ways to understand what came from a scanner or a keyboard, the likeliest first; empty when it is no code.

    Forgiven are: small letters, blanks and hyphens, what scanners put in front, 0, 1 and 8 for O, I and B, and a
    scanner that takes Y for Z because its keyboard is set to another country.
    """
    typed = _AIM.sub("", text).upper().translate(_MISTYPED)
    letters = _NOT_BASE_32.sub("", typed)
    found = [_read(letters)]
    if "Y" in letters or "Z" in letters:
        found.append(_read(letters.translate(_SWAPPED)))
    return tuple(reading for reading in found if reading is not None)


def is_whole_scan(text: str) -> bool:
    """Whether nothing is missing any more: for scanners that do not press Enter after a code."""
    letters = _NOT_BASE_32.sub("", _AIM.sub("", text).upper().translate(_MISTYPED))
    return len(letters) in (_CODE_LETTERS, _SIGNED_LETTERS) and bool(read_scan(text))


def _read(letters: str) -> Reading | None:
    if len(letters) >= _SIGNED_LETTERS:
        # A prefix that somebody has set at the scanner stands in front; the code is what comes last.
        return _read_signed(_decode(letters[-_SIGNED_LETTERS:]))
    if len(letters) >= _CODE_LETTERS:
        code = _decode(letters[-_CODE_LETTERS:])
        # The last letter has two bits to spare: only one spelling of a code is a code.
        return Reading(code=code) if _encode(code) == letters[-_CODE_LETTERS:] else None
    if len(letters) >= _SHORT_LETTERS:
        # Whoever types more of it than is needed is not asked to count.
        return Reading(code=_decode(f"{letters[:_SHORT_LETTERS]}A"))
    return None


def _read_signed(data: bytes) -> Reading | None:
    body, signature = data[: _BODY.size], data[_BODY.size :]
    if len(signature) != SIGNATURE_BYTES or body[0] != _VERSION:
        return None
    _, key_id, show_id, seat_id, serial, copy, code = _BODY.unpack(body)
    facts = SignedFacts(key_id=key_id, show_id=show_id, seat_id=seat_id, serial=serial, copy=copy, code=code)
    return Reading(code=code, facts=facts, signed=body, signature=signature)


def _encode(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=")


def _decode(letters: str) -> bytes:
    return base64.b32decode(letters + "=" * (-len(letters) % 8))
