"""The moving picture: what this page runs in Python. Click into it for more shapes."""

import asyncio

from js import Promise, devicePixelRatio, document, requestAnimationFrame
from pyodide.ffi.wrappers import add_event_listener
from shapes import Shape

canvas = document.querySelector("#picture")
pen = canvas.getContext("2d")
world = [Shape(40 + 50 * place, 60) for place in range(12)]


def caption():
    bounces = sum(shape.bounces for shape in world)
    return f"{len(world)} shapes, {bounces} bounces"


def on_click(event):
    world.append(Shape(event.offsetX, event.offsetY))


def draw():
    width, height = canvas.clientWidth, canvas.clientHeight
    canvas.width, canvas.height = width * devicePixelRatio, height * devicePixelRatio
    pen.scale(devicePixelRatio, devicePixelRatio)
    for shape in world:
        shape.move(width, height)
        shape.draw(pen)
    document.querySelector("#caption").textContent = caption()


async def animate():
    while True:
        await Promise.new(requestAnimationFrame)
        draw()


add_event_listener(canvas, "pointerdown", on_click)
animation = asyncio.create_task(animate())
