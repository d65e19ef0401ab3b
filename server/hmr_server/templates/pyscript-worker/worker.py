"""Looks for numbers, in a worker: what takes long holds up nothing in the page."""

import asyncio

from numbers_wanted import wanted
from pyscript import document

found = 0
number = 1


def search():
    """Look at some numbers, and show the last one that was found."""
    global found, number
    last = None
    for number in range(number + 1, number + 500):
        if wanted(number):
            found, last = found + 1, number
    if last is not None:
        document.querySelector("#number").textContent = f"{last:,}"
        document.querySelector("#found").textContent = f"{found:,} found"


async def main():
    while True:
        search()
        await asyncio.sleep(0.1)


await main()
