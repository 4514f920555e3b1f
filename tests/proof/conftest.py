"""The ground of a proof: the database and the broker of the test run."""

from tests.bench.conftest import ground

__all__ = ["ground"]
