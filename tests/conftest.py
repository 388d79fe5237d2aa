"""What every test shares: windows are drawn into memory, never on a screen; examples are always the same."""

import os

from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A test that fails once in a hundred runs says nothing about the change it fails on.
# To look for new examples: HYPOTHESIS_PROFILE=search.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
