"""Two hundred power cuts for each form: `python -m tests.benchmarks.killed [rounds] [form]`.

The suite's own test of it with more rounds; it stops at the first that is neither whole nor absent.
"""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["KILLED_ROUNDS"] = sys.argv[1] if len(sys.argv) > 1 else "200"
    os.environ["KILLED_FORM"] = sys.argv[2] if len(sys.argv) > 2 else ""
    sys.exit(pytest.main(["-q", "-s", "tests/finder/taking_part/test_killed.py"]))
