"""A native function that calls another, which may be exchanged while C calls it.

A sound device keeps the address of its callback for as long as it is open. Given a relay's, it
changes to another callback between two calls, and neither it nor the samples notice: reopening
the device instead would cost some of them.

Two instructions in a page of their own load the address of the other function and jump there,
with all arguments as they came. The address is one aligned 64-bit word, which x86-64 loads and
stores in one piece; the page itself is never written again.
"""

import ctypes

from v1z3r_core.kernels.trampoline import executable

_LOAD_CELL = b"\x48\xb8"  # mov rax, imm64
_JUMP_TO_CELL = b"\xff\x20"  # jmp [rax]


class Relay:
    """Owns the function's code.

    Parameters
    ----------
    target : int
        Address of what it calls at first, on x86-64 Linux.

    Attributes
    ----------
    address : int
        What C calls, valid as long as this object lives; `target` itself where the system allows
        no memory to become executable.
    """

    def __init__(self, target: int) -> None:
        self._cell = ctypes.c_uint64(target)
        cell = ctypes.addressof(self._cell).to_bytes(8, "little")
        self._code = executable(_LOAD_CELL + cell + _JUMP_TO_CELL)
        self.address = target if self._code is None else self._code.address

    def turn(self, target: int) -> bool:
        """Call another function from the next call on; False where C still calls the first.

        A call that has begun ends in the function where it began. `target` must take what the
        first takes and outlive this object.
        """
        self._cell.value = target
        return self._code is not None
