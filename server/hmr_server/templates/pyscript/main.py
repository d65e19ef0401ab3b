"""Writes poems. What this file and words.py say is what the next poem has."""

from pyscript import document, when
from words import poem

written = 0


@when("click", "#write")
def write(event):
    global written
    written += 1
    card = document.createElement("p")
    card.className = "card"
    card.innerText = poem()
    document.querySelector("#poems").prepend(card)
    show()


def show():
    document.querySelector("#count").textContent = f"{written} written"


show()
