"""Broken characters are restored where it is clear, and left alone where it is not."""

# Titles in their own letters are what is tested here, also those that look like others.
# ruff: noqa: RUF001

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice_desktop.domain.text_repair import fold_title, repair_text


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("AstÈrix aux Jeux Olympiques", "Astérix aux Jeux Olympiques"),
        ("De battre mon coeur s'est arrÍtÈ", "De battre mon coeur s'est arrêté"),
        ("Les BronzÈs 3: amis pour la vie", "Les Bronzés 3: amis pour la vie"),
        ("Per qualche dollaro in pi˘", "Per qualche dollaro in più"),
        ("I Love You Ö Don't Touch Me!", "I Love You … Don't Touch Me!"),
        ("The Naked Gun 2Ω: The Smell of Fear", "The Naked Gun 2½: The Smell of Fear"),
        ("LÈon", "Léon"),
        ("Le Fabuleux destin d'AmÈlie Poulain", "Le Fabuleux destin d'Amélie Poulain"),
        ("AimÈe & Jaguar", "Aimée & Jaguar"),
        ("La mala educaciÛn", "La mala educación"),
        ("CachÈ", "Caché"),
        ("Die F‰lscher", "Die Fälscher"),
        ("DÈj‡ Vu", "Déjà Vu"),
        ("IndigËnes", "Indigènes"),
        ("Obsluhoval jsem anglickÈho kr·le", "Obsluhoval jsem anglického krále"),
        ("La MÙme", "La Môme"),
        ("Joyeux NoÎl", "Joyeux Noël"),
        ("MoliËre", "Molière"),
    ],
)
def test_latin_1_that_was_read_as_mac_roman_is_restored(broken: str, meant: str) -> None:
    repaired = repair_text(broken)
    assert repaired.text == meant
    assert repaired.mendings == ("broken characters were restored (Latin-1 read as Mac Roman)",)


@pytest.mark.parametrize(
    "title",
    [
        "Alien³",
        "Ri¢hie Ri¢h",
        "Le Fabuleux destin d'Amélie Poulain",
        "LÉON",
        "Élite",
        "È ricca, la sposo e l'ammazzo",
        "Él",
        "El Niño",
        "Über uns das All",
        "Ödipussi",
        "Ådalen 31",
        "WALL·E",
        "Wall·e",
        "Dr·No",
        "Paral·lel",
        "M·A·S·H",
        "8½",
        "Se7en…",
        "Così – fan tutte",
        "Die Straße",
        "ÇA",
        "Kış Uykusu",
        "Ζορμπάς",
        "Броненосец Потёмкин",
        "七人の侍",
        "Ω",
        "Ö",
        "100‰",
        "Tom & Jerry",
        "AT&T; a history",
    ],
)
def test_right_titles_stay_as_they_are(title: str) -> None:
    assert repair_text(title) == type(repair_text(title))(title, ())


@pytest.mark.parametrize(
    ("broken", "meant"),
    [("AmÃ©lie", "Amélie"), ("Ã€ bout de souffle", "À bout de souffle"), ("Das BÃ¼ro â€“ Teil 2", "Das Büro – Teil 2")],
)
def test_utf_8_that_was_read_as_windows_1252_is_restored(broken: str, meant: str) -> None:
    assert repair_text(broken).text == meant


def test_bytes_that_windows_1252_leaves_undefined_are_restored_too() -> None:
    # à is C3 A0, but Í is C3 8D and 8D is undefined.
    assert repair_text("\u00c3\u008dndia").text == "Índia"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Fast &amp; Furious", "Fast & Furious"),
        ("Caf&eacute; &#8211; &#x41;", "Café – A"),
        ("  The   Helix\t\n Loaded ", "The Helix Loaded"),
        ("Bad\x00 \x07Bell\u200b", "Bad Bell"),
        ("\u202eevil\u202c", "evil"),
        ("half\ud800 pair", "half pair"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_oddities_are_removed(raw: str, clean: str) -> None:
    assert repair_text(raw).text == clean


def test_joiners_that_a_script_needs_stay() -> None:
    title = "می\u200cخواهم"
    assert repair_text(title).text == title


def test_a_lost_character_is_reported_and_stays() -> None:
    repaired = repair_text("Am\ufffdlie")
    assert repaired.text == "Am\ufffdlie"
    assert "lost" in repaired.mendings[0]


@given(st.text())
def test_a_repaired_text_is_clean_and_can_be_stored(text: str) -> None:
    repaired = repair_text(text).text
    assert repaired == " ".join(repaired.split())
    assert "\x00" not in repaired
    repaired.encode("utf-8")


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "Zs"])))
def test_plain_letters_are_never_touched(text: str) -> None:
    assert repair_text(text).text == " ".join(text.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [("KING KONG", "King Kong"), (" King  Kong", "King Kong"), ("Die Straße", "DIE STRASSE"), ("ＡＢ", "ab")],
)
def test_titles_fold_to_one_key(one: str, other: str) -> None:
    assert fold_title(one) == fold_title(other)
