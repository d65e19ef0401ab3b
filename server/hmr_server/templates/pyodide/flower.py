"""Where the seeds of a flower are, and how they look."""

from math import cos, radians, sin, sqrt

ANGLE = 137.508  # degrees from each seed to the next one: the golden angle
SPREAD = 19


def seed(number):
    """Return a seed's place, seen from the middle, its size and its colour."""
    distance = SPREAD * sqrt(number)
    angle = radians(ANGLE * number)
    size = 4 + distance / 60
    colour = f"hsl({40 - distance / 12} 90% 55%)"
    return distance * cos(angle), distance * sin(angle), size, colour
