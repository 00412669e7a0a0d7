"""Files with several names are counted once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MOST_LINKS = 2_000_000
"""Files with several names that are remembered at once; each takes some 150 bytes."""


class HardLinks:
    """Which name of a file is its first: files wait here until all their names were seen."""

    def __init__(self) -> None:
        self.is_full = False
        self._left: dict[tuple[int, int], int] = {}

    def is_first(self, device: int, inode: int, names: int) -> bool:
        """Whether this is the first sighting of a file with `names` names.

        >>> links = HardLinks()
        >>> [links.is_first(1, 7, 2) for _ in range(3)]
        [True, False, True]
        """
        if names <= 1:
            return True
        left = self._left.get((device, inode))
        if left is None:
            if len(self._left) < _MOST_LINKS:
                self._left[device, inode] = names - 1
            else:
                self.is_full = True
            return True
        if left == 1:
            del self._left[device, inode]
        else:
            self._left[device, inode] = left - 1
        return False

    def state(self) -> NDArray[np.int64]:
        """Files that wait, for a file that outlives the process: device, inode, names left."""
        rows = [(device, inode, left) for (device, inode), left in self._left.items()]
        return np.array(rows, dtype=np.uint64).view(np.int64).reshape(-1, 3)

    def restore(self, state: NDArray[np.int64]) -> None:
        """Go on from a state."""
        rows = state.view(np.uint64).tolist()
        self._left = {(device, inode): left for device, inode, left in rows}
