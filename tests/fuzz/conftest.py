"""How long to look: a moment in CI, and with `make fuzz` as long as it was told."""

import os

from hypothesis import HealthCheck, settings

_EXAMPLES = int(os.environ.get("HMR_FUZZ_EXAMPLES", "60"))

settings.register_profile(
    "fuzz",
    max_examples=_EXAMPLES,
    deadline=None,  # a machine that is busy is no failure
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=_EXAMPLES <= 100,  # CI fails for what was changed, and for nothing else
)
settings.load_profile("fuzz")
