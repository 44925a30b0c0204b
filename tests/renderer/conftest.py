from collections.abc import Iterator

import pytest

from v1z3r_core.renderer.gpu import Gpu


@pytest.fixture
def gpu() -> Iterator[Gpu]:
    with Gpu.standalone() as made:
        yield made
        assert made.gl.glGetError() == 0
