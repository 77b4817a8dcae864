"""Ten thousand hostile posts, shared by every form: `python -m tests.benchmarks.hostile [number]`.

The suite's own test of it with more rounds; it stops at the first that is not as it should be.
"""

import os
import sys
import time

import pytest

if __name__ == "__main__":
    os.environ["HOSTILE_POSTS"] = sys.argv[1] if len(sys.argv) > 1 else "10000"
    began = time.monotonic()
    failed = pytest.main(["-q", "-s", "tests/finder/taking_part/test_hostile.py"])
    print(f"{os.environ['HOSTILE_POSTS']} posts and more, {time.monotonic() - began:.0f} s")
    sys.exit(failed)
