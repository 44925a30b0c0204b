"""Compiled entries become one object file that needs neither Numba nor Python.

Numba's own doors into a compiled function raise Python exceptions. Ours go straight to the
function behind them, which reports failure as a status, and turn that into a value.
"""

from collections.abc import Mapping
from typing import Any

from llvmlite import binding, ir
from numba import types

from v1z3r_core.kernels.entries import Entry

_INT32 = ir.IntType(32)
_BYTES = ir.IntType(8).as_pointer()
_STATUS_NONE = -2  # numba.core.callconv: returned nothing, and all went well

# A kernel allocates nothing; what still asks for memory is the making of an exception's text. It
# is refused, and the exception arrives without one.
_ALLOCATORS = {
    "NRT_Allocate": 1,
    "NRT_MemInfo_alloc": 1,
    "NRT_MemInfo_alloc_safe": 1,
    "NRT_MemInfo_alloc_aligned": 2,
    "NRT_MemInfo_alloc_safe_aligned": 2,
}
# Reached only through memory that was never given out, or by who takes an exception apart.
_UNREACHABLE = {
    "NRT_Free",
    "NRT_MemInfo_call_dtor",
    "numba_gil_ensure",
    "numba_gil_release",
    "numba_unpickle",
    "numba_do_raise",
    "numba_runtime_build_excinfo_struct",
}


def emit(entries: Mapping[str, Entry], cpu: str, features: str) -> bytes:
    """Object code of the entries, position-independent, for one kind of processor.

    Parameters
    ----------
    entries : mapping
        By the name under which each is to be found.
    cpu, features : str
        As LLVM names them.

    Raises
    ------
    ValueError
        If a kernel has a function of an entry's name.
    RuntimeError
        If what Numba made cannot be read back.
    """
    binding.initialize_native_asmprinter()
    module = _parsed(_doors(entries))
    for entry in entries.values():
        part = binding.parse_assembly(entry.function.inspect_llvm())
        for function in part.functions:
            if function.name in entries:
                # It would be taken for the door: linking keeps one of two equal names.
                raise ValueError(f"a kernel defines {function.name}, which is an entry's name")
        module.link_in(part)
    module.verify()
    for function in module.functions:
        if not function.is_declaration and function.name not in entries:
            function.linkage = "internal"
    for variable in module.global_variables:
        if not variable.is_declaration:
            variable.linkage = "internal"
    machine = binding.Target.from_triple(binding.get_process_triple()).create_target_machine(
        cpu=cpu, features=features, opt=3, reloc="pic", codemodel="small"
    )
    _drop_unused(module, machine)
    wanted = [f.name for f in module.functions if f.is_declaration]
    wanted += [v.name for v in module.global_variables if v.is_declaration]
    module.link_in(_parsed(_refusals(wanted)))
    return bytes(machine.emit_object(module))


def _parsed(module: ir.Module) -> Any:
    module.triple = binding.get_process_triple()
    return binding.parse_assembly(str(module))


def _doors(entries: Mapping[str, Entry]) -> ir.Module:
    """A C function for each entry."""
    module = ir.Module("v1z3r-doors")
    for name, entry in entries.items():
        returns = ir.VoidType() if entry.returns == types.void else _c_type(entry.returns)
        arguments = [_c_type(argument) for argument in entry.arguments]
        door = ir.Function(module, ir.FunctionType(returns, arguments), name)
        result = _BYTES if entry.returns == types.void else returns
        # numba.core.callconv.CPUCallConv: pointers to the result and to the exception come first.
        kind = ir.FunctionType(_INT32, [result.as_pointer(), _BYTES.as_pointer(), *arguments])
        inner = ir.Function(module, kind, entry.function.native_name.removeprefix("cfunc."))
        builder = ir.IRBuilder(door.append_basic_block())
        place = builder.alloca(result)
        status = builder.call(inner, [place, builder.alloca(_BYTES), *door.args])
        if entry.returns == types.void:
            builder.ret_void()
            continue
        good = builder.or_(
            builder.icmp_signed("==", status, _INT32(0)),
            builder.icmp_signed("==", status, _INT32(_STATUS_NONE)),
        )
        with builder.if_then(good, likely=True):
            builder.ret(builder.load(place))
        builder.ret(returns(entry.refused))
    return module


def _c_type(kind: Any) -> Any:
    return _BYTES if kind == types.voidptr else ir.IntType(kind.bitwidth)


def _refusals(wanted: list[str]) -> ir.Module:
    """What stands in for the parts of Python and of Numba's runtime that are asked for."""
    module = ir.Module("v1z3r-refusals")
    trap = ir.Function(module, ir.FunctionType(ir.VoidType(), []), "llvm.trap")
    for name in wanted:
        if name in _ALLOCATORS:
            sizes = [ir.IntType(64), _INT32][: _ALLOCATORS[name]]
            function = ir.Function(module, ir.FunctionType(_BYTES, sizes), name)
            ir.IRBuilder(function.append_basic_block()).ret(_BYTES(None))
        elif name.startswith("PyExc_"):
            ir.GlobalVariable(module, _BYTES, name).initializer = _BYTES(None)
            continue
        elif name in _UNREACHABLE or name.startswith("Py"):
            function = ir.Function(module, ir.FunctionType(ir.VoidType(), []), name)
            builder = ir.IRBuilder(function.append_basic_block())
            builder.call(trap, [])
            builder.unreachable()
    return module


def _drop_unused(module: Any, machine: Any) -> None:
    """Remove what no entry reaches, and nothing else: the code stays as Numba optimised it."""
    if hasattr(binding, "create_pass_builder"):  # llvmlite ≥ 0.44
        passes = binding.create_new_module_pass_manager()
        passes.add_global_dead_code_eliminate_pass()
        tuning = binding.create_pipeline_tuning_options(speed_level=0)
        passes.run(module, binding.create_pass_builder(machine, tuning))
    else:
        legacy = binding.create_module_pass_manager()
        legacy.add_global_dce_pass()
        legacy.run(module)
