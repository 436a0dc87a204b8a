import csv
import statistics

from pyscript import HTML, display, document

# The file is there because pyscript.toml asks for it.
with open("rain.csv", newline="") as file:
    rain = {row["month"]: float(row["mm"]) for row in csv.DictReader(file)}

wettest = max(rain, key=rain.get)
summary = f"{statistics.mean(rain.values()):.0f} mm a month, most of it in {wettest}."
document.querySelector("#summary").textContent = summary


def bar(index, month, mm):
    return (
        f'<rect x="{index * 40 + 4}" y="{120 - mm}" width="32" height="{mm}" fill="steelblue"/>'
        f'<text x="{index * 40 + 20}" y="136" font-size="12" text-anchor="middle">{month}</text>'
    )


bars = "".join(bar(index, month, mm) for index, (month, mm) in enumerate(rain.items()))
display(HTML(f'<svg viewBox="0 0 {len(rain) * 40} 140" role="img" aria-label="{summary}">{bars}</svg>'), target="chart")
