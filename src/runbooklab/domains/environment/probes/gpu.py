"""The GPU: its device files, and what NVIDIA's management library says. Nothing is set."""

from __future__ import annotations

from pathlib import Path

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.records.host import Gpu
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean
from runbooklab.words import short

#: What the parameter may say, if a GPU is not unwanted.
_WANTED = frozenset({"required", "auto"})


def gpu(ctx: Context) -> Gpu:
    """What there is of a GPU. Source: NVML, nvmlInit and nvmlSystemGetDriverVersion."""
    wanted = ctx.target.gpu.strip().lower()
    if wanted in ("", "off", "no", "false", "none"):
        raise NotObserved(Missing("not-applicable", "no GPU is wanted"))
    if wanted not in _WANTED:
        said = f"the parameter gpu is {clean(wanted[:40], ctx.vault)!r}; known are required, auto and off"
        raise NotObserved(Missing("error", said))
    devices = tuple(sorted(str(path) for path in Path("/dev").glob("nvidia[0-9]*")))
    ctx.note("file", "looked for /dev/nvidia*; asked NVML for devices and driver")
    seen = Gpu(wanted, devices)
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        return Gpu(wanted, devices, nvml=clean(short(str(error)), ctx.vault))
    try:
        cuda = pynvml.nvmlSystemGetCudaDriverVersion()
        return Gpu(
            wanted,
            devices,
            count=pynvml.nvmlDeviceGetCount(),
            driver=str(pynvml.nvmlSystemGetDriverVersion()),
            cuda=f"{cuda // 1000}.{cuda % 1000 // 10}",
        )
    except pynvml.NVMLError as error:
        return Gpu(wanted, seen.devices, nvml=clean(short(str(error)), ctx.vault))
    finally:
        pynvml.nvmlShutdown()
