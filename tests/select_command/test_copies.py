"""Equal samples are found, and named."""

import numpy as np
import pytest

from sweetspot.errors import InputError
from sweetspot.select_command.copies import about_hidden_real, check_no_copies, hidden_real

ROWS = np.arange(48.0).reshape(12, 2, 2)


def test_rows_that_all_differ():
    assert check_no_copies(ROWS, "SET", False) == []
    assert about_hidden_real(ROWS, ROWS + 48, "POOL") == []


def test_copies_are_refused_or_told():
    copied = np.concatenate([ROWS, ROWS[:7]])
    with pytest.raises(InputError, match=r"SET: 7 of 19 .*12 = 0, .*16 = 4, \.\.\.\); .*--allow-duplicates"):
        check_no_copies(copied, "SET", False)
    (warning,) = check_no_copies(copied, "SET", True)
    assert warning.startswith("SET: 7 of 19 samples equal an earlier one")


def test_real_samples_in_a_pool_are_found_wherever_they_are():
    """Twice too, where the pool has them twice; and 0 and -0 are equal."""
    pool = np.concatenate([ROWS[:2] + 0.5, ROWS[5:6], ROWS[7:8], ROWS[5:6], ROWS[:1] + 0.5])
    hidden, originals = hidden_real(pool, ROWS)
    assert (hidden.tolist(), originals.tolist()) == ([2, 3, 4], [5, 7, 5])
    zeros = np.zeros((1, 2, 2))
    assert hidden_real(-zeros, zeros)[0].tolist() == [0]
