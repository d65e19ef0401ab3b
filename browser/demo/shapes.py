"""What moves, and how it looks. Edit me while the page is open: no shape is lost."""

import math
import random

GRAVITY = 0.2
BOUNCE = 0.9
HOP = 3
COLOURS = ["#d9730d", "#2f7d4f", "#3568c4", "#c4554d", "#8a5cc2"]


class Shape:
    def __init__(self, x, y):
        self.x = x
        self.y = y
        self.dx = random.uniform(-4, 4)
        self.dy = random.uniform(-6, 0)
        self.size = random.uniform(9, 20)
        self.colour = random.choice(COLOURS)
        self.bounces = 0

    def move(self, width, height):
        self.dy += GRAVITY
        self.x += self.dx
        self.y += self.dy
        if not self.size <= self.x <= width - self.size:
            self.x = min(max(self.x, self.size), width - self.size)
            self.dx = -self.dx
        if not self.size <= self.y <= height - self.size:
            self.y = min(max(self.y, self.size), height - self.size)
            self.dy = -math.copysign(max(abs(self.dy) * BOUNCE, HOP), self.dy)
            self.bounces += 1

    def draw(self, pen):
        pen.fillStyle = self.colour
        pen.beginPath()
        pen.arc(self.x, self.y, self.size, 0, math.tau)
        pen.fill()
