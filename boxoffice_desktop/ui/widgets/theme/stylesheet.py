"""The one style sheet of the application, written from the tokens into the templates of `resources/styles`."""

from functools import cache
from string import Template

from PySide6.QtGui import QColor, QPalette

from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.ui.widgets.theme.tokens import CORNER, SPACE_INSIDE, Theme, mix


@cache
def _template() -> Template:
    # In the order of their names: what is in window.qss comes after theme.qss and may refine it.
    templates = sorted((resources_folder() / "styles").glob("*.qss"))
    return Template("\n".join(template.read_text(encoding="utf-8") for template in templates))


def _values(theme: Theme) -> dict[str, str]:
    palette, height = theme.palette, theme.control_height
    hover = theme.tint("text", 0.06)
    colours = {
        "hover": hover,
        "pressed": theme.tint("text", 0.12),
        "selected": theme.tint("accent", 0.16),
        "accent_hover": mix(theme.colour("text"), theme.colour("accent"), 0.14),
        "accent_pressed": mix(theme.colour("text"), theme.colour("accent"), 0.28),
        "bad_tint": theme.tint("bad", 0.12),
        "edge": theme.tint("muted", 0.55),
        "handle": theme.tint("muted", 0.45),
    }
    sizes = {
        "corner": CORNER,
        "pad": SPACE_INSIDE,
        # A style sheet's min-height is the content's: the borders come on top.
        "control": height - 2,
        "control_focus": height - 4,
        "row": max(height - 4, 32),
        "small_px": theme.font_px("small"),
        "body_px": theme.font_px("body"),
        "control_px": theme.font_px("control"),
        "title_px": theme.font_px("title"),
        "figure_px": theme.font_px("figure"),
        "headline_px": theme.font_px("headline"),
    }
    styles, tone = resources_folder() / "styles", "dark" if theme.dark else "light"
    check, arrow = styles / f"check-{tone}.svg", styles / f"arrow-{tone}.svg"
    names = ("background", "surface", "line", "text", "muted", "accent", "on_accent", "ok", "warn", "bad")
    return (
        {name: getattr(palette, name) for name in names}
        | {name: colour.name() for name, colour in colours.items()}
        | {name: f"{size}px" for name, size in sizes.items()}
        | {"check_mark": f'"{check.as_posix()}"', "arrow": f'"{arrow.as_posix()}"'}
    )


def build_style_sheet(theme: Theme) -> str:
    """The style sheet of a theme.

    Raises:
        KeyError: the template names a token that does not exist.
    """
    return _template().substitute(_values(theme))


def build_palette(theme: Theme) -> QPalette:
    """The palette of a theme, for what Fusion draws by itself: check boxes, menus, selections, links."""
    role = QPalette.ColorRole
    colours: dict[QPalette.ColorRole, QColor] = {
        role.Window: theme.colour("background"),
        role.WindowText: theme.colour("text"),
        role.Base: theme.colour("surface"),
        role.AlternateBase: theme.tint("text", 0.03),
        role.Text: theme.colour("text"),
        role.PlaceholderText: theme.colour("muted"),
        role.Button: theme.colour("surface"),
        role.ButtonText: theme.colour("text"),
        role.BrightText: theme.colour("bad"),
        role.ToolTipBase: theme.colour("text"),
        role.ToolTipText: theme.colour("surface"),
        role.Highlight: theme.colour("accent"),
        role.HighlightedText: theme.colour("on_accent"),
        role.Accent: theme.colour("accent"),
        role.Link: theme.colour("accent"),
        role.LinkVisited: theme.colour("accent"),
        role.Light: theme.colour("surface"),
        role.Midlight: theme.colour("line"),
        role.Mid: theme.colour("line"),
        role.Dark: theme.colour("muted"),
        role.Shadow: theme.colour("line"),
    }
    palette = QPalette()
    for name, colour in colours.items():
        palette.setColor(name, colour)
    faint = mix(theme.colour("muted"), theme.colour("background"), 0.6)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, faint)
    return palette
