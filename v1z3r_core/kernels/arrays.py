"""Types of the arrays that kernels' named tuples hold, and places as constants.

Apart from `kernels.layout` so that layouts nested into it can use them too.
"""

from enum import IntEnum
from typing import Annotated, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Place = TypeVar("Place", bound=IntEnum)

# The annotation is the number of dimensions; all arrays are C-contiguous.
Floats = Annotated[NDArray[np.float32], 1]
Floats2 = Annotated[NDArray[np.float32], 2]
Doubles = Annotated[NDArray[np.float64], 1]
Doubles2 = Annotated[NDArray[np.float64], 2]
Integers = Annotated[NDArray[np.int64], 1]
Integers2 = Annotated[NDArray[np.int64], 2]


def constants(places: type[Place]) -> type[Place]:
    """The places as a named tuple, which every Numba can index arrays with; 0.65 cannot by enums.

    Typed as the enum, whose names it has.
    """
    fields = NamedTuple(  # type: ignore[misc]  # made from an enum, so without literal names
        places.__name__, [(name, int) for name in places.__members__]
    )
    return cast("type[Place]", fields(*map(int, places)))
