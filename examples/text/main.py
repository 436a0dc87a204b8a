"""Counts what is in a text. `analyse` knows nothing of the page, so it could be tested anywhere."""

import re
import statistics
from collections import Counter

from pyscript import document, when

WORDS_PER_MINUTE = 230


def analyse(text):
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)
    sentences = [part for part in re.split(r"[.!?…]+(?:\s|$)", text) if part.strip()]
    per_sentence = [len(part.split()) for part in sentences]
    lengths = [len(word) for word in words]
    minutes = len(words) / WORDS_PER_MINUTE
    numbers = {
        "Characters": len(text),
        "Words": len(words),
        "Sentences": len(sentences),
        "Letters per word": f"{statistics.mean(lengths):.1f}" if lengths else "–",
        "Longest word": max(words, key=len, default="–"),
        "Words per sentence": f"{statistics.median(per_sentence):g}" if per_sentence else "–",
        "Time to read": f"{minutes:.0f} min" if minutes >= 1 else f"{minutes * 60:.0f} s",
    }
    return numbers, Counter(word.lower() for word in words).most_common(8)


def make(tag, text="", parent=None):
    element = document.createElement(tag)
    element.textContent = text
    if parent is not None:
        parent.append(element)
    return element


@when("input", "#text")
def update():
    numbers, common = analyse(document.querySelector("#text").value)

    box = document.querySelector("#numbers")
    box.replaceChildren()
    for name, value in numbers.items():
        group = make("div", parent=box)
        make("dt", name, group)
        make("dd", str(value), group)

    table = document.querySelector("#words")
    table.replaceChildren()
    for word, count in common:
        row = make("tr", parent=table)
        make("th", word, row).scope = "row"
        make("td", f"{count} ×", row)
        bar = make("meter", parent=make("td", parent=row))
        bar.max = common[0][1]
        bar.value = count
        bar.setAttribute("aria-label", f"{word}: {count}")


update()
