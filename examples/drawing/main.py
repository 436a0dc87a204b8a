"""Draws lines on a canvas, following the pointer."""

from pyscript import document, when

board = document.querySelector("#board")
pen = board.getContext("2d")
pen.lineCap = "round"
pen.lineJoin = "round"

drawing = False  # whether a button is pressed
last = (0, 0)  # where the line is now


def place(event):
    """Where the event is, in the canvas's own pixels: the page shows the canvas at another size."""
    scale = board.width / board.clientWidth
    return event.offsetX * scale, event.offsetY * scale


def draw_to(point, pressure):
    global last
    pen.lineWidth = float(document.querySelector("#width").value) * 2 * (pressure or 0.5)
    pen.beginPath()
    pen.moveTo(last[0], last[1])
    pen.lineTo(point[0], point[1])
    pen.stroke()
    last = point


@when("pointerdown", "#board")
def start(event):
    global drawing, last
    drawing = True
    # From now on the board gets the moves, also those outside of it.
    board.setPointerCapture(event.pointerId)
    last = place(event)
    draw_to(last, event.pressure)


@when("pointermove", "#board")
def move(event):
    if drawing:
        draw_to(place(event), event.pressure)


@when("pointerup", "#board")
@when("pointercancel", "#board")
def end():
    global drawing
    drawing = False


@when("click", "[data-color]")
def choose_color(event):
    for button in document.querySelectorAll("[data-color]"):
        button.setAttribute("aria-pressed", "false")
    event.target.setAttribute("aria-pressed", "true")
    pen.strokeStyle = event.target.getAttribute("data-color")


@when("click", "#clear")
def clear():
    pen.clearRect(0, 0, board.width, board.height)


@when("click", "#save")
def save():
    link = document.createElement("a")
    link.download = "drawing.png"
    link.href = board.toDataURL("image/png")
    link.click()
