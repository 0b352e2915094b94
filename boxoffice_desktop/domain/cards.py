"""What a till must never keep: card numbers and magnetic-stripe data.

The card terminal gives a reference; a cashier, a paste or a card reader in keyboard mode may put the card's own number
into the same field. The number of a card is 12 to 19 digits (ISO/IEC 7812-1) whose last one is a Luhn check digit.
"""

import re
import unicodedata

from boxoffice_desktop.domain.errors import InvalidInputError

LONGEST_REFERENCE = 40
CARD_REFUSED = "That looks like a card number. It was not kept."

_SHORTEST, _LONGEST = 12, 19
# Up to three characters that people and terminals put between groups of digits.
_SEPARATED = re.compile(r"\d+(?:[\s\-./_,:*|]{1,3}\d+)*")
# Numbers that card schemes really issue, found also where other digits touch them.
_ISSUED = re.compile(r"4\d{12}(?:\d{3}){0,2}|5\d{15}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|6\d{15,18}")
# Track 1 (%B…^) and track 2 (;…=) of ISO/IEC 7813, with or without their first character.
_TRACK = re.compile(r"[%]?[A-Z]\d{8,19}\^|;\d{8,19}=|\d{12,19}[=D]\d{4}", re.IGNORECASE)

# What people write between the digits of a phone number, and a whole run of digits that is one: with + or 00 and a
# country (15 digits at most, ITU-T E.164), with a leading 0, or short enough for any country and too short for a card.
_GAP = r"[\s\-./_,:*|()]"
_PHONE = re.compile(
    rf"(?<![0-9])(?<![0-9]{_GAP})(?<![0-9]{_GAP}{{2}})(?<![0-9]{_GAP}{{3}})"
    rf"(?:(?:\+{_GAP}{{0,3}}|00{_GAP}{{0,3}})[1-9](?:{_GAP}{{0,3}}[0-9]){{4,14}}"
    rf"|0{_GAP}{{0,3}}[1-9](?:{_GAP}{{0,3}}[0-9]){{3,11}}"
    rf"|[0-9](?:{_GAP}{{0,3}}[0-9]){{4,11}})(?!{_GAP}{{0,3}}[0-9])"
)


def looks_like_card_number(text: str) -> bool:
    """Whether the text holds a card number or stripe data, also inside longer text and in digits of other scripts.

    It errs on the safe side: one honest run of 12 digits in ten passes the check digit by chance and is refused.
    """
    plain = _plain_digits(text)
    if _TRACK.search(plain):
        return True
    return any(_holds_number(found.group()) for found in _SEPARATED.finditer(plain))


def holds_card_number(text: str) -> bool:
    """The same for what people write by hand, a reason or a name, where phone numbers are at home.

    A number with a + or a leading 0 is a phone's, and so is one of up to 12 digits that stands alone.
    """
    plain = _plain_digits(text)
    return _TRACK.search(plain) is not None or looks_like_card_number(_PHONE.sub("?", plain))


def refuse_card_number(field: str, text: str) -> None:
    """Let nobody keep a card's number in a text.

    Raises:
        InvalidInputError: of that field, without what was typed.
    """
    if holds_card_number(text):
        raise InvalidInputError(field, CARD_REFUSED)


def check_card_reference(text: str) -> str:
    """The card terminal's reference without spaces around it.

    Raises:
        InvalidInputError: field `reference`; it is empty, too long or looks like a card number. The message does not
            repeat what was typed.
    """
    reference = text.strip()
    if not reference:
        raise InvalidInputError("reference", "Type the reference that the card terminal shows.")
    if looks_like_card_number(reference):
        raise InvalidInputError("reference", CARD_REFUSED)
    if len(reference) > LONGEST_REFERENCE:
        raise InvalidInputError("reference", f"A reference has at most {LONGEST_REFERENCE} characters.")
    return reference


def passes_luhn(digits: str) -> bool:
    """Whether the last of the ASCII digits is the Luhn check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2:
            value = value * 2 - 9 * (value > 4)  # noqa: PLR2004 - doubling 5 or more gives two digits
        total += value
    return total % 10 == 0


def _plain_digits(text: str) -> str:
    """The text with digits of every script as ASCII, odd dashes as hyphens and invisible characters gone."""
    out: list[str] = []
    for char in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(char)
        if category == "Cf":
            continue
        if category == "Nd":
            out.append(str(unicodedata.digit(char)))
        else:
            out.append("-" if category == "Pd" else char)
    return "".join(out)


def _holds_number(run: str) -> bool:
    groups = re.findall(r"\d+", run)
    return any(_is_number(joined) for joined in _joined(groups)) or _holds_issued("".join(groups))


def _joined(groups: list[str]) -> list[str]:
    """Every stretch of neighbouring groups, put together, that has a card number's length."""
    stretches: list[str] = []
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) > _LONGEST:
                break
            stretches.append(digits)
    return stretches


def _is_number(digits: str) -> bool:
    # A row of zeros passes Luhn and is nobody's card.
    return _SHORTEST <= len(digits) <= _LONGEST and passes_luhn(digits) and len(set(digits)) > 1


def _holds_issued(digits: str) -> bool:
    for start in range(len(digits) - _SHORTEST):
        for length in range(_SHORTEST + 1, _LONGEST + 1):
            part = digits[start : start + length]
            if len(part) == length and _ISSUED.fullmatch(part) and passes_luhn(part):
                return True
    return False
