"""The words of the poems."""

from random import choice

WHO = ["A heron", "The last train", "My old teapot", "A quiet printer"]
DOES = ["waits for", "has dreamt of", "sings to", "forgets"]
WHAT = ["the rain", "a far window", "the first snow", "nobody's garden"]


def poem():
    return f"{choice(WHO)}\n{choice(DOES)}\n{choice(WHAT)}."
