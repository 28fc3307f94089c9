import platform
import subprocess
import sys

import pytest

HOLES = """
from multiart.commands.making import give_memory_back

def resident_mb():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

blocks = [b"x" * 100_000 for _ in range(3000)]
kept = blocks[::50] + blocks[-1:]
del blocks
before = resident_mb()
give_memory_back()
print(before - resident_mb())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep their own house")
def test_what_is_freed_between_what_is_kept_goes_back_to_the_system():
    told = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    assert float(told.stdout) > 200  # of 300 MB
