"""PyTorch in the one configuration whose bits can be promised. Import torch from here, never directly.

ATEN_CPU_CAPABILITY=default: no fused multiply-add, as in WebAssembly.
MKL_CBWR=AVX2: PyTorch's wheels take the square root of float32 tensors from Intel MKL, which picks a code
path by processor. The AVX-512 path (0.7 % of results) and the SSE path (17 %) are off by one unit in the last
place; the AVX2 path is correctly rounded everywhere, like the instruction, WebAssembly and builds without MKL.
"""

import os
import sys

os.environ["ATEN_CPU_CAPABILITY"] = "default"
os.environ["MKL_CBWR"] = "AVX2"

import torch  # noqa: E402  (must see the environment above)

VERSION = "2.13.0"


def check() -> None:
    """Ends the program when this PyTorch would record other bits."""
    version = torch.__version__.split("+")[0]
    if version != VERSION:
        sys.exit(f"PyTorch {version} found, {VERSION} needed: pip install -r scripts/goldens/requirements.txt")
    capability = torch.backends.cpu.get_cpu_capability()
    if capability != "DEFAULT":
        sys.exit(f"torch was imported before pinned_torch: its CPU capability is {capability}, not DEFAULT")
    numbers = torch.rand(100_000, generator=torch.Generator().manual_seed(0)) * 100
    # A root taken in double and rounded to float32 is correctly rounded.
    wrong = int((numbers.sqrt() != numbers.double().sqrt().float()).sum())
    if wrong:
        sys.exit(f"sqrt is not correctly rounded here ({wrong} of 100000); goldens need a processor with AVX2")
    torch.set_num_threads(1)


def header(seed: int) -> dict[str, object]:
    """What every golden file says of its origin."""
    return {
        "generator": "scripts/goldens/record.py",
        "torch": VERSION,
        "cpu_capability": "DEFAULT",
        "mkl_cbwr": "AVX2",
        "threads": 1,
        "foreach": False,
        "seed": seed,
    }
