"""A quiz of multiplications."""

import random

from pyscript import document, when

chosen = [2, 5, 10]  # the tables asked for at the start
missed = []  # questions answered wrongly, to be asked again
question = (0, 0)
right = 0
asked = 0


def find(selector):
    return document.querySelector(selector)


def make_choices():
    for number in range(1, 13):
        label = document.createElement("label")
        box = document.createElement("input")
        box.type = "checkbox"
        box.value = str(number)
        box.checked = number in chosen
        label.append(box, str(number))
        find("#tables").append(label)


@when("change", "#tables")
def choose(event):
    number = int(event.target.value)
    if event.target.checked:
        chosen.append(number)
    elif len(chosen) > 1:
        chosen.remove(number)
    else:
        event.target.checked = True  # one has to stay
    ask()


def ask():
    global question
    again = [pair for pair in missed if pair[0] in chosen and pair != question]
    # Every third question, on average, is one that went wrong before.
    if again and random.random() < 0.33:
        question = random.choice(again)
    else:
        before = question
        while question == before:
            question = (random.choice(chosen), random.randint(1, 12))
    find("#question").textContent = f"{question[0]} × {question[1]} = ?"


@when("submit", "#form")
def check(event):
    global right, asked
    event.preventDefault()
    answer = find("#answer").value
    if not answer:
        return
    asked += 1
    product = question[0] * question[1]
    feedback = find("#feedback")
    if float(answer) == product:
        right += 1
        if question in missed:
            missed.remove(question)
        feedback.className = "good"
        feedback.textContent = random.choice(["Right!", "Well done!", "Yes!", "Great!"])
    else:
        if question not in missed:
            missed.append(question)
        feedback.className = "bad"
        feedback.textContent = f"Not quite: {question[0]} × {question[1]} = {product}"
    find("#score").textContent = f"{right} of {asked} right"
    find("#answer").value = ""
    find("#answer").focus()
    ask()


make_choices()
ask()
find("#check").disabled = False
