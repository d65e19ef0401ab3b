"""What a runner's users may have to handle."""

from __future__ import annotations

from ..exceptions import HMRError


class RunnerError(HMRError):
    """A runner was used in a way that can't work."""
