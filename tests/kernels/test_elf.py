"""The linker: what it makes runs and is safe to map; what it does not know it refuses by name."""

import ctypes
import struct

import pytest
from llvmlite import binding, ir

from v1z3r_core.kernels.elf import link
from v1z3r_core.kernels.elfobject import HEADER, LinkError, read_object
from v1z3r_core.kernels.elftables import Origin
from v1z3r_core.kernels.functions import IMPORTS
from v1z3r_core.kernels.sources import supported

pytestmark = pytest.mark.skipif(not supported(), reason="the linker is for x86-64 Linux")

INT, DOUBLE = ir.IntType(64), ir.DoubleType()


def compiled(module, reloc="pic"):
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    module.triple = binding.get_process_triple()
    parsed = binding.parse_assembly(str(module))
    target = binding.Target.from_triple(module.triple)
    machine = target.create_target_machine(opt=2, reloc=reloc, codemodel="small")
    return bytes(machine.emit_object(parsed))


def module_with(function, returns=INT, arguments=()):
    """A module with one function ``f`` whose body `function` builds."""
    module = ir.Module()
    made = ir.Function(module, ir.FunctionType(returns, arguments), "f")
    builder = ir.IRBuilder(made.append_basic_block())
    builder.ret(function(module, builder, *made.args))
    return module


def call_of(name):
    """A body that asks a function of the outside for a number's image."""

    def body(module, builder, x):
        outside = ir.Function(module, ir.FunctionType(DOUBLE, [DOUBLE]), name)
        return builder.call(outside, [x])

    return module_with(body, DOUBLE, [DOUBLE])


def counter(module, builder):
    """A body that counts its calls in a variable, in steps that another variable points to."""
    step = ir.GlobalVariable(module, INT, "step")
    step.initializer, step.linkage = INT(3), "internal"
    where = ir.GlobalVariable(module, INT.as_pointer(), "where")
    where.initializer, where.linkage, where.global_constant = step, "internal", False
    count = ir.GlobalVariable(module, INT, "count")
    count.initializer, count.linkage = INT(0), "internal"
    value = builder.add(builder.load(count), builder.load(builder.load(where)))
    builder.store(value, count)
    return value


def opened(tmp_path, module, exports=("f",)):
    path = tmp_path / "made.so"
    path.write_bytes(link(compiled(module), exports=exports, imports=IMPORTS, name="made.so"))
    return path, ctypes.CDLL(str(path))


def segments(library):
    """Kind, flags and extent of what is mapped and how, as the loader reads it."""
    head = HEADER.unpack_from(library)
    at, count = head[5], head[10]
    return [struct.unpack_from("<IIQQQQQQ", library, at + 56 * i) for i in range(count)]


def test_a_function_that_calls_the_mathematical_library_gives_its_values(tmp_path):
    _, library = opened(tmp_path, call_of("log2"))
    library.f.argtypes, library.f.restype = [ctypes.c_double], ctypes.c_double
    assert [library.f(x) for x in (0.125, 1.0, 1024.0)] == [-3.0, 0.0, 10.0]


def test_variables_pointers_and_zeros_are_where_the_code_expects_them(tmp_path):
    _, library = opened(tmp_path, module_with(counter))
    library.f.restype = ctypes.c_int64
    assert [library.f() for _ in range(3)] == [3, 6, 9]


def test_nothing_is_writable_and_executable_and_the_stack_is_not_either(tmp_path):
    path, _ = opened(tmp_path, module_with(counter))
    kinds = {kind: flags for kind, flags, *_ in segments(path.read_bytes())}
    assert kinds[0x6474E551] & 1 == 0  # PT_GNU_STACK, PF_X
    for kind, flags, *_ in segments(path.read_bytes()):
        assert flags & 3 != 3, hex(kind)
    with open("/proc/self/maps", encoding="ascii") as maps:
        mine = [line.split()[1] for line in maps if line.rstrip().endswith(str(path))]
    assert any("x" in flags for flags in mine)
    assert not any("w" in flags and "x" in flags for flags in mine)


def test_what_the_loader_fills_in_is_read_only_afterwards(tmp_path):
    path, _ = opened(tmp_path, call_of("exp2"))
    (relro,) = (s for s in segments(path.read_bytes()) if s[0] == 0x6474E552)
    with open("/proc/self/maps", encoding="ascii") as maps:
        for line in maps:
            offset, flags = line.split()[2], line.split()[1]
            if line.rstrip().endswith(str(path)) and int(offset, 16) == relro[2]:
                assert flags == "r--p"
                return
    pytest.fail("the relocated segment is not mapped")


def test_only_what_is_exported_can_be_looked_up(tmp_path):
    module = module_with(counter)
    hidden = ir.Function(module, ir.FunctionType(INT, []), "hidden")
    ir.IRBuilder(hidden.append_basic_block()).ret(INT(1))
    _, library = opened(tmp_path, module)
    assert library.f
    with pytest.raises(AttributeError):
        _ = library.hidden


def test_equal_objects_give_equal_libraries():
    code = compiled(module_with(counter))
    made = {link(code, exports=["f"], imports=IMPORTS, name="x.so") for _ in range(3)}
    assert len(made) == 1


def test_an_import_that_is_not_allowed_is_named():
    with pytest.raises(LinkError, match="'system' is not allowed"):
        link(compiled(call_of("system")), exports=["f"], imports=IMPORTS, name="x.so")


def test_a_function_that_is_not_there_is_named():
    with pytest.raises(LinkError, match="function g is to be exported"):
        link(compiled(module_with(counter)), exports=["g"], imports=IMPORTS, name="x.so")


def test_code_that_is_bound_to_an_address_is_refused_with_the_kind_of_relocation():
    def body(module, builder, index):
        table = ir.GlobalVariable(module, ir.ArrayType(INT, 9), "table")
        table.initializer, table.linkage = ir.ArrayType(INT, 9)(None), "internal"
        return builder.load(builder.gep(table, [INT(0), index]))

    code = compiled(module_with(body, INT, [INT]), reloc="static")
    with pytest.raises(LinkError, match=r"\.text\+0x\w+: relocation of unknown kind \d+ against"):
        link(code, exports=["f"], imports=IMPORTS, name="x.so")


def test_memory_per_thread_is_refused():
    def body(module, builder):
        each = ir.GlobalVariable(module, INT, "each")
        each.initializer, each.linkage = INT(5), "internal"
        return builder.load(each)

    module = module_with(body)
    text = str(module).replace(
        '@"each" = internal global', '@"each" = internal thread_local global'
    )
    assert "thread_local" in text
    parsed = binding.parse_assembly(text)
    machine = binding.Target.from_default_triple().create_target_machine(reloc="pic")
    with pytest.raises(LinkError, match="memory per thread"):
        link(bytes(machine.emit_object(parsed)), exports=["f"], imports=IMPORTS, name="x.so")


@pytest.mark.parametrize("junk", [b"", b"\x7fELF", b"MZ" + bytes(200), bytes(64)])
def test_what_is_no_object_is_refused(junk):
    with pytest.raises(LinkError, match="not an x86-64 object"):
        read_object(junk)


def test_a_version_that_the_c_library_lacks_keeps_the_library_from_loading(tmp_path):
    imports = {"log2": Origin("libm.so.6", "GLIBC_9.99")}
    path = tmp_path / "future.so"
    path.write_bytes(link(compiled(call_of("log2")), exports=["f"], imports=imports, name="x"))
    with pytest.raises(OSError, match=r"GLIBC_9\.99"):
        ctypes.CDLL(str(path))
