"""Texts from elsewhere made fit to store and print: wrong encodings undone where it is clear, oddities removed.

Rules, in this order; each that changes something is named in `RepairedText.mendings`:

| what | rule |
|---|---|
| UTF-8 read as Windows-1252 (`AmÃ©lie`) | the text's Windows-1252 bytes are valid UTF-8: read as that |
| Latin-1 read as Mac Roman (`CachÈ`) | see `_undo_mac_roman`: only where every change lands in its place |
| HTML entities (`&amp;`) | replaced by their characters |
| control characters, lone surrogates, invisible formatting | removed; joiners that scripts need stay |
| spaces | trimmed, runs of them become one |
| lost characters (U+FFFD) | stay, and are reported: nobody can know what they were |
"""

import html
import re
import unicodedata
from dataclasses import dataclass

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,10}\d?);")
# Zero-width non-joiner and joiner: Persian and Hindi are misspelt without them.
_JOINERS = "\u200c\u200d"
_HALVES_AND_POWERS = "¼½¾¹²³"
_DASHES_AND_DOTS = "\u2026\u2013\u2014"


@dataclass(frozen=True, slots=True)
class RepairedText:
    """A text fit to store, and what had to be done for it."""

    text: str
    mendings: tuple[str, ...]


def repair_text(text: str) -> RepairedText:
    """Apply the rules of this module; a text without faults comes back as it is (in Unicode's composed form)."""
    mendings: list[str] = []
    current = unicodedata.normalize("NFC", text)
    for repair, what in (
        (_undo_utf8_as_windows, "broken characters were restored (UTF-8 read as Windows-1252)"),
        (_undo_mac_roman, "broken characters were restored (Latin-1 read as Mac Roman)"),
        (_replace_entities, "HTML entities were replaced"),
        (_remove_invisible, "invisible characters were removed"),
        (_tidy_spaces, "spaces were tidied"),
    ):
        repaired = repair(current)
        if repaired != current:
            mendings.append(what)
            current = repaired
    if "\ufffd" in current:
        mendings.append("a character is lost (\ufffd) and has to be typed in by hand")
    return RepairedText(current, tuple(mendings))


def fold_title(title: str) -> str:
    """A title for comparing: two spellings that differ in case, width or spaces only are one title."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", title).casefold())
    return " ".join(folded.split())


def _undo_utf8_as_windows(text: str) -> str:
    if text.isascii():
        return text
    try:
        return unicodedata.normalize("NFC", _windows_bytes(text).decode("utf-8"))
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _windows_bytes(text: str) -> bytes:
    """Windows-1252 with its five undefined bytes taken as themselves, as readers of it do."""
    return b"".join(c.encode("latin-1" if c in "\x81\x8d\x8f\x90\x9d" else "cp1252") for c in text)


def _undo_mac_roman(text: str) -> str:
    """Undo Latin-1 that was read as Mac Roman, when the outcome is clearly what was meant.

    The text must be Mac Roman throughout. Every character that would change must land in its place, which is one of:

    - a capital or a sign inside or at the end of a word, with a small letter before or behind it and no capital
      behind it, becomes a small letter: `AstÈrix`, `LÈon`, `Die F‰lscher`, `pi˘`;
    - a sign behind a digit becomes a fraction or a power: `2Ω`;
    - a capital alone between spaces becomes a dash or an ellipsis: `You Ö Don't`.

    Capitals at the beginning of a word (`Élite`), small letters (`Amélie`), signs among capitals (`WALL·E`), Catalan's
    `l·l` and whatever is the same in both (`Ri¢hie`) prove nothing, so texts with only those stay as they are.
    """
    try:
        meant = text.encode("mac_roman").decode("cp1252")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
    changed = [at for at, (old, new) in enumerate(zip(text, meant, strict=True)) if old != new]
    return meant if changed and all(_lands_in_place(text, meant, at) for at in changed) else text


def _lands_in_place(text: str, meant: str, at: int) -> bool:
    old, new = text[at], meant[at]
    before = meant[at - 1] if at else " "
    after = meant[at + 1] if at + 1 < len(meant) else " "
    if new in _HALVES_AND_POWERS:
        return before.isdigit()
    if new in _DASHES_AND_DOTS:
        return old.isupper() and before == after == " " and 0 < at < len(text) - 1
    inside_word = before.isalpha() and (before.islower() or after.islower()) and not after.isupper()
    if not (new.islower() and inside_word) or old.islower():
        return False
    # A middle dot may well be meant: between two l (Catalan), or as a mark beside a vowel (`Wall·e`).
    return old != "·" or not ({before, after} & set("aeiou") or before == after == "l")


def _replace_entities(text: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found.group()), text)


def _remove_invisible(text: str) -> str:
    return "".join(c for c in text if c.isspace() or c in _JOINERS or unicodedata.category(c) not in _INVISIBLE)


# Controls, formatting (direction overrides, zero-width spaces, soft hyphens), lone surrogates.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})


def _tidy_spaces(text: str) -> str:
    return " ".join(text.split())
