"""The rights that the launcher gives up, by the kernel's Landlock ABI."""

from __future__ import annotations

import pytest

from runbooklab.observe.command.launcher import file_rights

#: ABI -> bits of handled_access_fs (include/uapi/linux/landlock.h); to read and execute are bits 0, 2 and 3.
WRITING = {
    1: {1, *range(4, 13)},
    2: {1, *range(4, 14)},
    3: {1, *range(4, 15)},
    4: {1, *range(4, 15)},
    5: {1, *range(4, 16)},
    6: {1, *range(4, 16)},
    9: {1, *range(4, 16)},
}


@pytest.mark.parametrize(("abi", "bits"), WRITING.items())
def test_each_kernel_is_asked_for_what_it_knows(abi: int, bits: set[int]) -> None:
    """All rights to change files that this ABI knows, none that it doesn't, and none to read."""
    assert {bit for bit in range(64) if file_rights(abi) >> bit & 1} == bits
