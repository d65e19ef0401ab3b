"""What a Python reads again that has started elsewhere."""

import logging
import os
import random
import time

import pytest

from hmr_browser.snapshot import wake


def test_it_reads_language_clock_and_chance_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setattr(logging, "_startTime", 0)
    chosen: list[str] = []
    monkeypatch.setattr("locale.setlocale", lambda _, name: chosen.append(name))
    random.seed(1)
    state = random.getstate()

    wake("pt-BR")

    assert os.environ["LANG"] == "pt_BR.UTF-8"
    assert chosen == [""]  # as the environment says
    assert random.getstate() != state
    record = logging.LogRecord("name", logging.INFO, "", 1, "", None, None)
    assert 0 <= record.relativeCreated <= time.monotonic() * 1000 + 60_000
