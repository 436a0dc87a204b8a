import asyncio
import random

from pyscript import document, when

field = document.querySelector("#field")
score = document.querySelector("#score")
context = field.getContext("2d")
width, height = field.width, field.height

bar = {"x": width / 2, "width": 80}
ball = {"x": width / 2, "y": 0, "speed": 3}
caught = 0


@when("pointermove", "#field")
def point(event):
    # The canvas may be shown smaller than it is.
    bar["x"] = event.offsetX * width / field.clientWidth


@when("keydown", "body")
def press(event):
    if event.key == "ArrowLeft":
        bar["x"] = max(0, bar["x"] - 24)
    elif event.key == "ArrowRight":
        bar["x"] = min(width, bar["x"] + 24)


def step():
    global caught
    ball["y"] += ball["speed"]
    if ball["y"] < height - 12:
        return
    if abs(ball["x"] - bar["x"]) < bar["width"] / 2:
        caught += 1
        ball["speed"] += 0.2
    else:
        caught = 0
        ball["speed"] = 3
    score.textContent = str(caught)
    ball["x"], ball["y"] = random.randint(10, width - 10), 0


def draw():
    context.clearRect(0, 0, width, height)
    context.fillStyle = "steelblue"
    context.fillRect(bar["x"] - bar["width"] / 2, height - 10, bar["width"], 10)
    context.fillStyle = "tomato"
    context.beginPath()
    context.arc(ball["x"], ball["y"], 8, 0, 6.3)
    context.fill()


while True:
    step()
    draw()
    # Lets the browser draw, and hear keys.
    await asyncio.sleep(1 / 60)
