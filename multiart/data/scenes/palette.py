"""Colours: the sky of each hour, the ground of each season, and the light that tints them."""

from dataclasses import dataclass
from functools import cache

from multiart.data.scenes.spec import SceneSpec

Color = tuple[float, float, float]


@cache
def rgb(code: str) -> Color:
    """``"#rrggbb"`` as three numbers in [0, 1]."""
    return tuple(int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))


def mix(a: Color, b: Color, t: float) -> Color:
    """The colour ``t`` of the way from ``a`` to ``b``."""
    return tuple(x + (y - x) * t for x, y in zip(a, b, strict=True))


WHITE = rgb("#fbfaf5")
SNOW = "#f4f8fc"
SKIES = {  # top, middle, horizon
    "dawn": ("#8fa3d4", "#d9b8d2", "#fcd9b6"),
    "day": ("#3f8fd0", "#8cc3e6", "#f3f1dd"),
    "sunset": ("#6a4590", "#e0607a", "#fdb35a"),
    "dusk": ("#2b2f66", "#5f5390", "#b583a0"),
    "night": ("#070c26", "#122050", "#2c4478"),
}
LIGHT = {  # what a white thing looks like in this light
    "dawn": "#ffe6df",
    "day": "#ffffff",
    "sunset": "#fac3ab",
    "dusk": "#9c90c4",
    "night": "#526db2",
}
OVERCAST = {"dawn": "#b9b4c0", "day": "#b4c0c8", "sunset": "#a98a92", "dusk": "#5a587a", "night": "#1b2540"}
GRAYNESS = {"clear": 0.0, "cloudy": 0.4, "rain": 0.72, "snow": 0.62, "mist": 0.4}
SUN = {"dawn": "#fff0c9", "day": "#fff6c4", "sunset": "#ffe08a"}
MOON = rgb("#fbf5d6")
LAMP = rgb("#ffd469")

GRASS = {"spring": "#93c95a", "summer": "#3f8f3f", "autumn": "#cf9a3c", "winter": "#eef3f8"}
CROPS = {"spring": "#b5d067", "summer": "#e2c54a", "autumn": "#c98a3a", "winter": "#e6edf4"}
SOIL = {"spring": "#7f7a44", "summer": "#8f8a3a", "autumn": "#8a5630", "winter": "#a9b6c6"}
SAND = {"spring": "#e9d29a", "summer": "#f2bd62", "autumn": "#d58a52", "winter": "#dcc3a0"}
WATER = {"spring": "#4f9fb4", "summer": "#2c7fb0", "autumn": "#47788a", "winter": "#6c8ba4"}
HILLS = {"spring": "#7fb565", "summer": "#2f7f4c", "autumn": "#c07a3c", "winter": "#dfe8f1"}
ROCK = {"spring": "#6f86ad", "summer": "#557ba6", "autumn": "#8a7396", "winter": "#7386a3"}
LEAVES = {
    "spring": ("#7fae3f", "#a9d35a", "#d8ee92"),
    "summer": ("#22602f", "#358242", "#64a850"),
    "autumn": ("#b57a12", "#e3ab1e", "#f9d852"),
    "winter": ("#4a3a33", "#4a3a33", "#4a3a33"),
}
WILLOW = {"spring": "#b3d05a", "summer": "#6d9f45", "autumn": "#d9b53f", "winter": "#9a8468"}


@dataclass(frozen=True)
class Palette:
    """The colours of one scene."""

    season: str
    top: Color
    middle: Color
    horizon: Color
    light: Color
    dark: bool

    def lit(self, code: str) -> Color:
        """A thing's own colour as it looks in this light."""
        own = rgb(code)
        return tuple(a * (b + 0.1 * (1 - b)) for a, b in zip(own, self.light, strict=True))

    def vivid(self, code: str) -> Color:
        """As it looks in this light, but never so dim or tinted that its own hue is lost."""
        return mix(self.lit(code), rgb(code), 0.5 if self.dark else 0.3)

    def far(self, code: str, distance: float) -> Color:
        """The same, fading into the sky with distance in [0, 1]."""
        return mix(self.lit(code), self.horizon, distance)

    def haze(self) -> Color:
        """The colour of mist and of the air between ridges."""
        return mix(self.horizon, self.lit("#ffffff"), 0.45)


def palette_of(spec: SceneSpec) -> Palette:
    """Choose the colours by hour, weather and season."""
    gray = rgb(OVERCAST[spec.time_of_day])
    amount = GRAYNESS[spec.weather]
    top, middle, horizon = (mix(rgb(code), gray, amount) for code in SKIES[spec.time_of_day])
    if spec.weather == "mist":
        horizon = mix(horizon, rgb(LIGHT[spec.time_of_day]), 0.3)
    if spec.weather == "rain":
        top, middle = mix(top, (0.1, 0.13, 0.2), 0.3), mix(middle, (0.1, 0.13, 0.2), 0.12)
    shade = mix(rgb(LIGHT[spec.time_of_day]), gray, amount * 0.35)
    dark = spec.time_of_day in ("dusk", "night")
    return Palette(spec.season, top, middle, horizon, shade, dark)
