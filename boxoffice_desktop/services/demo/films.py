"""The films of the demo cinema: silent films whose makers left them to everybody, in many scripts."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoFilm:
    """A film of the demo cinema, and how it is shown.

    Attributes:
        title: in its own script.
        latin_title: for paper that cannot set the title's script; None where the title is Latin.
        original_title: where it differs from the title.
        running_minutes: without advertising.
        format: e.g. `2D`, `Live music`.
        colour: index into the theme's series of eight.
        motif: the drawing on its poster, a key of `poster_motifs.MOTIFS`.
        credit: the small line on its poster.
    """

    title: str
    latin_title: str | None = None
    original_title: str | None = None
    certificate: str
    running_minutes: int
    genre: str
    distributor: str
    language: str
    format: str
    release_date: date
    colour: int
    motif: str
    credit: str


DEMO_FILMS: tuple[DemoFilm, ...] = (
    DemoFilm(
        title="Nosferatu",
        original_title="Nosferatu – Eine Symphonie des Grauens",  # noqa: RUF001 - the title's own dash
        certificate="12A",
        running_minutes=94,
        genre="Horror",
        distributor="Prana-Film",
        language="Silent, English titles",
        format="Live organ",
        release_date=date(1922, 3, 4),
        colour=2,
        motif="moonlit_gables",
        credit="F. W. MURNAU  1922",
    ),
    DemoFilm(
        title="Metropolis",
        certificate="PG",
        running_minutes=153,
        genre="Science fiction",
        distributor="Parufamet",
        language="Silent, English titles",
        format="4K",
        release_date=date(1927, 1, 10),
        colour=4,
        motif="towers",
        credit="FRITZ LANG  1927",
    ),
    DemoFilm(
        title="The General",
        certificate="U",
        running_minutes=78,
        genre="Comedy",
        distributor="United Artists",
        language="Silent, English titles",
        format="2D",
        release_date=date(1926, 12, 31),
        colour=1,
        motif="locomotive",
        credit="BUSTER KEATON  1926",
    ),
    DemoFilm(
        title="Safety Last!",
        certificate="U",
        running_minutes=73,
        genre="Comedy",
        distributor="Pathé Exchange",
        language="Silent, English titles",
        format="2D",
        release_date=date(1923, 4, 1),
        colour=0,
        motif="clock",
        credit="HAROLD LLOYD  1923",
    ),
    DemoFilm(
        title="Sherlock Jr.",
        certificate="U",
        running_minutes=45,
        genre="Comedy",
        distributor="Metro Pictures",
        language="Silent, English titles",
        format="2D",
        release_date=date(1924, 4, 21),
        colour=7,
        motif="beam",
        credit="BUSTER KEATON  1924",
    ),
    DemoFilm(
        title="Броненосец «Потёмкин»",
        latin_title="Bronenosets «Potyomkin»",
        original_title="Battleship Potemkin",
        certificate="12A",
        running_minutes=75,
        genre="Drama",
        distributor="Goskino",
        language="Silent, English titles",
        format="35 mm",
        release_date=date(1925, 12, 21),
        colour=1,
        motif="battleship",
        credit="SERGEI EISENSTEIN  1925",
    ),
    DemoFilm(
        title="Δάφνις και Χλόη",
        latin_title="Dáfnis kai Chlói",
        certificate="PG",
        running_minutes=66,
        genre="Romance",
        distributor="Astra Film",
        language="Silent, Greek titles",
        format="2D",
        release_date=date(1931, 1, 21),
        colour=5,
        motif="temple",
        credit="ORESTIS LASKOS  1931",
    ),
    DemoFilm(
        title="Mania. Historia pracownicy fabryki papierosów",
        original_title="Mania. Die Geschichte einer Zigarettenarbeiterin",
        certificate="12A",
        running_minutes=62,
        genre="Drama",
        distributor="UFA",
        language="Silent, Polish titles",
        format="Live piano",
        release_date=date(1918, 11, 8),
        colour=3,
        motif="smoke",
        credit="EUGEN ILLÉS  1918",
    ),
    DemoFilm(
        title="狂った一頁",
        latin_title="Kurutta ippēji",
        original_title="A Page of Madness",
        certificate="15",
        running_minutes=71,
        genre="Drama",
        distributor="Shin Kankakuha",
        language="Silent, no titles",
        format="35 mm",
        release_date=date(1926, 9, 24),
        colour=6,
        motif="spiral",
        credit="TEINOSUKE KINUGASA  1926",
    ),
    DemoFilm(
        title="राजा हरिश्चन्द्र",
        latin_title="Rājā Hariścandra",
        certificate="U",
        running_minutes=40,
        genre="Legend",
        distributor="Phalke Films",
        language="Silent, Hindi titles",
        format="2D",
        release_date=date(1913, 5, 3),
        colour=4,
        motif="mandala",
        credit="DADASAHEB PHALKE  1913",
    ),
    DemoFilm(
        title="ليلى",
        latin_title="Laila",
        certificate="PG",
        running_minutes=82,
        genre="Romance",
        distributor="Isis Film",
        language="Silent, Arabic titles",
        format="2D",
        release_date=date(1927, 11, 16),
        colour=0,
        motif="dunes",
        credit="AZIZA AMIR  1927",
    ),
    DemoFilm(
        title="Die Abenteuer des Prinzen Achmed",
        original_title="The Adventures of Prince Achmed",
        certificate="U",
        running_minutes=66,
        genre="Animation",
        distributor="Comenius-Film",
        language="Silent, German titles",
        format="Live music",
        release_date=date(1926, 9, 3),
        colour=6,
        motif="lantern_city",
        credit="LOTTE REINIGER  1926",
    ),
)
"""Twelve films. No two share both colour and first letter, so that tiles tell them apart."""
