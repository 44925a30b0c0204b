"""A scene ready to be drawn: its programs, samplers and parameter block."""

from collections.abc import Mapping
from pathlib import Path

import moderngl
import numpy as np

from v1z3r_core.model.scene import ParameterValue, Scene
from v1z3r_core.renderer.gpu import Gpu
from v1z3r_core.renderer.program import FIRST_INPUT_UNIT, compile_pass
from v1z3r_core.renderer.uniforms import PARAMS_BINDING, pack_parameters, params_block


class CompiledScene:
    """Owns the GL objects of one scene that do not depend on its size.

    Raises
    ------
    SceneError
        If a pass does not compile; nothing is left behind.
    """

    def __init__(self, gpu: Gpu, scene: Scene) -> None:
        self._scene = scene
        self._scope = gpu.scope(f"scene {scene.name}")
        try:
            self.passes = [compile_pass(self._scope, scene, source) for source in scene.passes]
            for compiled in self.passes:
                gpu.claim_units(FIRST_INPUT_UNIT + len(compiled.units))
            self._samplers = self._make_samplers()
            self._block = params_block(scene.parameters)
            self._buffer = self._make_buffer()
        except BaseException:
            self._scope.close()
            raise
        self._loaded: Mapping[str, ParameterValue] | None = None

    @property
    def files(self) -> frozenset[Path]:
        """The scene's file and everything its passes include."""
        own = frozenset((self._scene.path.resolve(),)) if self._scene.path else frozenset()
        return own.union(*(compiled.files for compiled in self.passes))

    def sampler(self, name: str) -> int:
        """GL name of the sampler that the target of that name is read through."""
        return self._samplers[name]

    def load(self, values: Mapping[str, ParameterValue]) -> None:
        """Bind the parameters, uploaded only when they are others than last time."""
        if self._block is None or self._buffer is None:
            return
        if values != self._loaded:
            data = pack_parameters(self._block, self._scene.parameters, values)
            self._buffer.write(data.view(np.uint8))
            self._loaded = dict(values)
        self._buffer.bind_to_uniform_block(PARAMS_BINDING)

    def close(self) -> None:
        """Give everything back."""
        self._scope.close()

    def _make_samplers(self) -> dict[str, int]:
        kinds = {(target.filter, target.wrap) for target in self._scene.targets}
        made = {kind: self._scope.sampler(*kind) for kind in sorted(kinds)}
        return {target.name: made[target.filter, target.wrap] for target in self._scene.targets}

    def _make_buffer(self) -> moderngl.Buffer | None:
        if self._block is None:
            return None
        return self._scope.buffer(self._block.dtype.itemsize)
