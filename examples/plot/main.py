"""Draws functions as SVG. Notebooks know the same `_repr_svg_` method."""

import math

from pyscript import display, document, when

FUNCTIONS = {
    "sin x": math.sin,
    "sin x · cos 3x": lambda x: math.sin(x) * math.cos(3 * x),
    "x² − 2": lambda x: x * x - 2,
    "√|x|": lambda x: math.sqrt(abs(x)),
    "bell curve": lambda x: 2 * math.exp(-x * x),
    "sin(x²) / x": lambda x: math.sin(x * x) / x if x else 0,
}


class Plot:
    """The curve of a function over -6 … 6."""

    width, height, reach, points = 600, 360, 6, 600

    def __init__(self, name, stretch):
        self.name = name
        self.stretch = stretch

    def _repr_svg_(self):
        function = FUNCTIONS[self.name]
        scale = self.width / (2 * self.reach)
        middle = self.height / 2
        path = []
        for i in range(self.points + 1):
            x = (2 * i / self.points - 1) * self.reach
            y = middle - function(x / self.stretch) * scale
            # Far outside the picture is as good as infinitely far.
            y = max(-1000, min(1000, y))
            path.append(f"{i * self.width / self.points:.1f},{y:.1f}")
        return f"""
            <svg viewBox="0 0 {self.width} {self.height}" role="img" aria-label="Curve of {self.name}">
              <line class="axis" x1="0" x2="{self.width}" y1="{middle}" y2="{middle}"/>
              <line class="axis" y1="0" y2="{self.height}" x1="{self.width / 2}" x2="{self.width / 2}"/>
              <polyline class="curve" points="{" ".join(path)}"/>
            </svg>"""


choice = document.querySelector("#function")
for name in FUNCTIONS:
    option = document.createElement("option")
    option.textContent = name
    choice.append(option)


@when("input", "#function, #stretch")
def draw():
    stretch = float(document.querySelector("#stretch").value)
    # append=False replaces the last picture.
    display(Plot(choice.value, stretch), target="plot", append=False)


draw()
