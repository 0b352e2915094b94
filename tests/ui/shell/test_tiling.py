import pytest

from boxoffice_desktop.ui.shell.tiling import tile_windows

_WIDTH, _HEIGHT = 1000, 640


@pytest.mark.parametrize("screen", [(1366, 768), (1920, 1080), (2560, 1440), (3440, 1440), (3840, 2160), (1080, 1920)])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_windows_fit_the_screen_and_do_not_overlap(count: int, screen: tuple[int, int]) -> None:
    tiling = tile_windows(count, *screen)
    assert len(tiling.places) == count
    assert 0 < tiling.scale <= 1
    for place in tiling.places:
        assert place.width >= _WIDTH - 1
        assert place.height >= _HEIGHT - 1
        assert (place.x + place.width) * tiling.scale <= screen[0]
        assert (place.y + place.height) * tiling.scale <= screen[1]
    for one in tiling.places:
        for other in tiling.places:
            if one is not other:
                assert (
                    one.x + one.width <= other.x
                    or other.x + other.width <= one.x
                    or one.y + one.height <= other.y
                    or other.y + other.height <= one.y
                )


def test_a_wide_screen_has_them_in_one_row() -> None:
    assert {place.y for place in tile_windows(3, 3440, 1000).places} == {0}
