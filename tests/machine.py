"""What a machine may lack. A test that misses it skips, but not where everything is required."""

import os
import shutil

import pytest

REQUIRE_EVERYTHING = os.environ.get("REQUIRE_EVERYTHING") == "1"


def missing(part):
    """End the running test because the machine has no `part`."""
    if REQUIRE_EVERYTHING:
        pytest.fail(f"{part} is missing, and REQUIRE_EVERYTHING is set", pytrace=False)
    # A developer's machine may lack it; `.ci/run` installs it and requires everything.
    pytest.skip(f"{part} is missing on this machine")


def chromium():
    """The path of Debian's Chromium."""
    return shutil.which("chromium") or missing("chromium")
