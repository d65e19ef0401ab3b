"""How hypothesis behaves in the core's tests."""

import os

from hypothesis import settings

# A busy machine is no failure. In CI the examples follow from the test alone, so that a commit
# passes or fails for good; on a developer's machine each run tries new ones, and failures are kept.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
