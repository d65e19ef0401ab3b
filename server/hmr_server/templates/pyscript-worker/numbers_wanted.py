"""Which numbers the worker looks for."""

from math import isqrt


def is_prime(number):
    return number > 1 and all(number % divisor for divisor in range(2, isqrt(number) + 1))


def wanted(number):
    return is_prime(number)  # twins: is_prime(number) and is_prime(number - 2)
