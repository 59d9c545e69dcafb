"""Rows 2 and 3 of Table 1, for the tests of the kernel theory."""

import pytest

from sweetspot.theory.sine_design import eigenvalues, power_coefficients


@pytest.fixture(scope="session")
def table_row():
    """Eigenvalues, coefficients of f* and coefficients of g of a row of the table."""

    def row(number, terms=512):
        mu = eigenvalues(2.0, terms)
        return mu, power_coefficients(mu, 0.8, 100), power_coefficients(mu, {2: 1.5, 3: 2.5}[number], 10)

    return row
