"""A game on a canvas. The rules are in `Snake`; everything below it shows them and listens."""

import asyncio
import random

from pyscript import document, when

SIDE = 20  # squares in each direction
TURNS = {"ArrowUp": (0, -1), "ArrowDown": (0, 1), "ArrowLeft": (-1, 0), "ArrowRight": (1, 0)}


class Snake:
    def __init__(self):
        self.body = [(SIDE // 2 - place, SIDE // 2) for place in range(3)]  # the head comes first
        self.heading = (1, 0)
        self.alive = True
        self.put_apple()

    def put_apple(self):
        free = [(x, y) for x in range(SIDE) for y in range(SIDE) if (x, y) not in self.body]
        self.apple = random.choice(free)

    def turn(self, heading):
        """Turns, but never back into the neck."""
        head, neck = self.body[0], self.body[1]
        if (head[0] + heading[0], head[1] + heading[1]) != neck:
            self.heading = heading

    def step(self):
        x, y = self.body[0]
        head = (x + self.heading[0], y + self.heading[1])
        inside = 0 <= head[0] < SIDE and 0 <= head[1] < SIDE
        self.alive = inside and head not in self.body[:-1]
        if not self.alive:
            return
        self.body.insert(0, head)
        if head == self.apple:
            self.put_apple()
        else:
            self.body.pop()


board = document.querySelector("#board")
pen = board.getContext("2d")
score = document.querySelector("#score")
game = Snake()


def square(place, color):
    size = board.width // SIDE
    pen.fillStyle = color
    pen.fillRect(place[0] * size + 1, place[1] * size + 1, size - 2, size - 2)


def draw():
    pen.clearRect(0, 0, board.width, board.height)
    square(game.apple, "#c0392b")
    for place in game.body:
        square(place, "#1f7a3f" if game.alive else "#888")
    end = "" if game.alive else " The game is over."
    score.textContent = f"Length: {len(game.body)}.{end}"


@when("keydown", "#board")
def steer(event):
    if event.key in TURNS:
        event.preventDefault()
        game.turn(TURNS[event.key])


touched = None


@when("pointerdown", "#board")
def touch(event):
    global touched
    touched = (event.clientX, event.clientY)
    board.focus()


@when("pointerup", "#board")
def swipe(event):
    across, down = event.clientX - touched[0], event.clientY - touched[1]
    if abs(across) + abs(down) > 20:
        game.turn(((1 if across > 0 else -1), 0) if abs(across) > abs(down) else (0, (1 if down > 0 else -1)))


@when("click", "#again")
def restart():
    global game
    game = Snake()
    draw()
    board.focus()


async def play():
    while True:
        # It waits until somebody wants to play.
        if game.alive and document.activeElement == board:
            game.step()
            draw()
        await asyncio.sleep(max(0.08, 0.2 - len(game.body) / 200))


draw()
asyncio.create_task(play())
