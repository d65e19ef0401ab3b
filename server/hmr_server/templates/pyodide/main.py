"""Grows a flower, a seed at a time. Save this file while it grows: it goes on from where it is."""

from js import document
from pyodide.ffi.wrappers import add_event_listener, set_interval

from flower import seed

MOST = 600

canvas = document.querySelector("#flower")
pen = canvas.getContext("2d")
seeds = 1


def draw():
    pen.clearRect(0, 0, canvas.width, canvas.height)
    for number in range(seeds):
        x, y, size, colour = seed(number)
        pen.fillStyle = colour
        pen.beginPath()
        pen.arc(canvas.width / 2 + x, canvas.height / 2 + y, size, 0, 7)
        pen.fill()
    document.querySelector("#seeds").textContent = f"{seeds} seeds"


def grow():
    global seeds
    seeds = min(seeds + 3, MOST)
    draw()


def again(event):
    global seeds
    seeds = 1


add_event_listener(document.querySelector("#again"), "click", again)
set_interval(grow, 50)
