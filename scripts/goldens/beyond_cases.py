"""What is recorded of optimizers that torch.optim does not have: a reference implementation and settings, each.

A case's `options` have the reference's names. Events are those of optimizer_traces (a group joins at step 10, learning rates
change at steps 20 and 120) unless a rule knows one learning rate for all groups, or groups cannot join.
"""

import contextlib
import importlib
import importlib.util
import io
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import published_rules
from optimizer_cases import Case
from optimizer_inputs import GRADIENTS, MATRIX_GRADIENTS, Inputs
from pinned_torch import torch

Parameters = dict[str, torch.Tensor]
Make = Callable[[Parameters, dict[str, object]], torch.optim.Optimizer]


@dataclass(frozen=True)
class Reference:
    name: str  # ours
    source: str  # the package, its version and class, or the file here
    make: Make  # from the first group's parameters by name
    cases: list[Case]
    inputs: Inputs = GRADIENTS
    # "joins": a group joins; "one_lr": it joins with the same learning rate, which changes everywhere; "fixed": none joins.
    groups: str = "joins"


def without_init(package: str) -> None:
    """Makes a package importable by module without running its __init__: timm's wants torchvision, its optimizers do not."""
    if package not in sys.modules:
        module = types.ModuleType(package)
        module.__path__ = list(importlib.util.find_spec(package).submodule_search_locations)
        sys.modules[package] = module


def from_package(distribution: str, path: str, fixed: dict[str, object]) -> tuple[str, Make]:
    """`path` is module.Class; `fixed` are options that are the same in every case."""
    if distribution == "timm":
        without_init("timm")
        without_init("timm.optim")
    module, name = path.rsplit(".", 1)
    reference = getattr(importlib.import_module(module), name)

    def make(parameters: Parameters, options: dict[str, object]) -> torch.optim.Optimizer:
        with contextlib.redirect_stdout(io.StringIO()):  # several greet the user
            return reference(list(parameters.values()), **fixed, **options)

    settings = "".join(f", {key}={value}" for key, value in fixed.items())
    return f"{distribution} {version(distribution)}, {path}{settings}", make


def package(
    name: str, distribution: str, path: str, cases: list[Case], groups: str = "joins", inputs: Inputs = GRADIENTS, **fixed: object
) -> Reference:
    return Reference(name, *from_package(distribution, path, fixed), cases, inputs, groups)


def published(name: str, compared: str, cases: list[Case], inputs: Inputs = GRADIENTS) -> Reference:
    rule = getattr(published_rules, name)

    def make(parameters: Parameters, options: dict[str, object]) -> torch.optim.Optimizer:
        return rule(list(parameters.values()), **options)

    return Reference(name, f"scripts/goldens/published_rules.py, {name}, after {compared}", make, cases, inputs)


def make_lookahead(parameters: Parameters, options: dict[str, object]) -> torch.optim.Optimizer:
    lookahead = importlib.import_module("pytorch_optimizer").Lookahead
    base = dict(options["base"])
    inner = getattr(torch.optim, base.pop("name"))(list(parameters.values()), foreach=False, **base)
    return lookahead(inner, k=options["k"], alpha=options["alpha"])


def make_adan(parameters: Parameters, options: dict[str, object]) -> torch.optim.Optimizer:
    """timm's, behind the clipping that the authors' code has and timm left out."""
    without_init("timm")
    without_init("timm.optim")
    rest = dict(options)
    limit = rest.pop("max_grad_norm", 0.0)
    adan = importlib.import_module("timm.optim.adan").Adan(list(parameters.values()), foreach=False, **rest)
    return published_rules.clipped_as_adan(adan, limit)


def make_adam_mini(parameters: Parameters, options: dict[str, object]) -> torch.optim.Optimizer:
    """Adam-mini divides by names: `partition` says what a parameter is called."""
    adam_mini = importlib.import_module("adam_mini").Adam_mini
    rest = dict(options)
    prefix = {"rows": "mlp", "whole": "block", "elements": "bias"}[rest.pop("partition")]
    named = [(f"{prefix}.{name}", parameter) for name, parameter in parameters.items()]
    return adam_mini(named, verbose=False, **rest)


def references() -> list[Reference]:
    return [
        published(
            "SignSGD", "optax.sign_sgd", [Case("defaults"), Case("fast", {"lr": 0.1}), Case("middle", {"lr": 0.01})]
        ),
        published(
            "Signum",
            "optax.signum",
            [
                Case("defaults"),
                Case("fast", {"lr": 0.1}, {"momentum": 0.5}),
                Case("long_memory", {"lr": 0.01, "momentum": 0.99}),
                Case("no_memory", {"lr": 0.01, "momentum": 0.0}),
            ],
        ),
        package(
            "Lion",
            "lion-pytorch",
            "lion_pytorch.Lion",
            [
                Case("defaults"),
                Case("decay", {"lr": 1e-2, "weight_decay": 0.1}, {"weight_decay": 0.0}),
                Case("short_memory", {"lr": 0.03, "betas": (0.5, 0.8)}),
                Case("betas_0", {"lr": 1e-2, "betas": (0.0, 0.0)}),
            ],
        ),
        package(
            "AdaBelief",
            "adabelief-pytorch",
            "adabelief_pytorch.AdaBelief",
            [
                Case("defaults"),
                Case("not_rectified", {"rectify": False, "eps": 1e-8}),
                Case("decay", {"lr": 0.02, "weight_decay": 0.1}, {"weight_decay": 0.0}),
                Case("coupled_decay", {"lr": 0.01, "weight_decay": 0.1, "weight_decouple": False, "rectify": False}),
                Case("fixed_decay", {"lr": 0.01, "weight_decay": 0.01, "fixed_decay": True, "betas": (0.5, 0.9)}),
                Case("amsgrad", {"lr": 0.01, "amsgrad": True, "rectify": False, "eps": 1e-8}),
            ],
            print_change_log=False,
        ),
        package(
            "Yogi",
            "torch-optimizer",
            "torch_optimizer.Yogi",
            [
                Case("defaults"),
                Case("decay", {"lr": 0.05, "weight_decay": 0.1}, {"weight_decay": 0.0}),
                Case("short_memory", {"betas": (0.5, 0.9), "eps": 1e-5, "initial_accumulator": 1e-3}),
            ],
        ),
        Reference(
            "Adan",
            f"timm {version('timm')}, timm.optim.adan.Adan, foreach=False, behind "
            "scripts/goldens/published_rules.py, clipped_as_adan, after github.com/sail-sg/Adan",
            make_adan,
            [
                Case("defaults"),
                Case("decay", {"lr": 0.02, "weight_decay": 0.1}, {"weight_decay": 0.0}),
                Case("no_prox", {"lr": 0.02, "weight_decay": 0.1, "no_prox": True}),
                Case("short_memory", {"lr": 0.01, "betas": (0.5, 0.6, 0.8), "eps": 1e-4}),
                Case("clipped", {"lr": 0.01, "max_grad_norm": 1.0}, {"eps": 1e-2}),
            ],
        ),
        package(
            "LAMB",
            "timm",
            "timm.optim.lamb.Lamb",
            [
                Case("defaults"),
                Case("decay", {"lr": 0.02, "weight_decay": 0.1}, {"weight_decay": 0.0}),
                Case("no_clipping", {"lr": 0.01, "max_grad_norm": None, "always_adapt": True, "weight_decay": 0.0}),
                Case("no_averaging", {"lr": 0.01, "grad_averaging": False, "bias_correction": False}),
                Case("trust_clip", {"lr": 0.05, "trust_clip": True, "betas": (0.5, 0.9)}),
            ],
            foreach=False,
        ),
        package(
            "LARS",
            "timm",
            "timm.optim.lars.Lars",
            [
                Case("defaults"),
                Case("decay", {"lr": 1.0, "weight_decay": 0.1, "momentum": 0.9}, {"weight_decay": 0.0}),
                Case("nesterov", {"lr": 2.0, "weight_decay": 0.01, "momentum": 0.9, "nesterov": True}),
                Case("dampening", {"lr": 1.0, "always_adapt": True, "momentum": 0.9, "dampening": 0.5, "trust_coeff": 0.02}),
                Case("trust_clip", {"lr": 0.01, "weight_decay": 0.1, "trust_clip": True, "trust_coeff": 0.05}),
            ],
            foreach=False,
        ),
        package(
            "ADOPT",
            "timm",
            "timm.optim.adopt.Adopt",
            [
                Case("defaults", {"clip_exp": 0.25}),
                Case("decay", {"clip_exp": 0.25, "lr": 0.01, "weight_decay": 0.1}, {"weight_decay": 0.0}),
                Case("decoupled", {"clip_exp": 0.25, "lr": 0.01, "weight_decay": 0.1, "decoupled": True}),
                Case("no_clipping", {"clip_exp": None, "lr": 0.001, "betas": (0.5, 0.9), "eps": 1e-2, "maximize": True}),
            ],
            foreach=False,
        ),
        package(
            "CautiousAdamW",
            "timm",
            "timm.optim.adamw.AdamWLegacy",
            [
                Case("defaults"),
                Case("decay", {"lr": 0.05, "weight_decay": 0.1}, {"weight_decay": 0.0}),
                Case("amsgrad", {"lr": 0.02, "amsgrad": True, "betas": (0.5, 0.9)}),
                Case("maximize", {"lr": 0.02, "maximize": True, "eps": 1e-4}),
            ],
            foreach=False,
            caution=True,
        ),
        published(
            "MARS",
            "github.com/AGI-Arena/MARS",
            [
                Case("defaults"),
                Case("decay", {"lr": 0.02, "weight_decay": 0.1}, {"weight_decay": 0.0, "weight_decay_1d": 0.0}),
                Case("optimize_1d", {"lr": 0.01, "optimize_1d": True, "gamma": 0.1, "betas": (0.8, 0.9)}),
            ],
        ),
        published(
            "AdEMAMix",
            "github.com/apple/ml-ademamix",
            [
                Case("defaults"),
                Case("warmup", {"lr": 0.01, "alpha": 5.0, "alpha_warmup": 100, "beta3_warmup": 150}),
                Case("decay", {"lr": 0.02, "weight_decay": 0.1, "betas": (0.5, 0.9, 0.99)}, {"weight_decay": 0.0}),
            ],
        ),
        published(
            "SophiaG",
            "github.com/Liuhong99/Sophia",
            [
                Case("defaults"),
                Case("small_batch", {"lr": 0.01, "bs": 4}, {"weight_decay": 0.0}),
                Case("wide", {"lr": 0.02, "rho": 0.5, "bs": 1, "betas": (0.8, 0.9)}),
            ],
        ),
        package(
            "SGDScheduleFree",
            "schedulefree",
            "schedulefree.SGDScheduleFree",
            [
                Case("defaults", {"lr": 0.1}),
                Case("warmup_decay", {"lr": 0.2, "warmup_steps": 30, "weight_decay": 0.01}, {"weight_decay": 0.1}),
                Case("weighted", {"lr": 0.05, "momentum": 0.5, "r": 1.0, "weight_lr_power": 1.0}),
            ],
            foreach=False,
        ),
        package(
            "AdamWScheduleFree",
            "schedulefree",
            "schedulefree.AdamWScheduleFree",
            [
                Case("defaults"),
                Case("warmup_decay", {"lr": 0.02, "warmup_steps": 30, "weight_decay": 0.1}, {"weight_decay": 0.0}),
                Case("weighted", {"lr": 0.01, "betas": (0.5, 0.9), "r": 1.0, "eps": 1e-4}),
            ],
            foreach=False,
        ),
        package(
            "Prodigy",
            "prodigyopt",
            "prodigyopt.Prodigy",
            [
                Case("defaults"),
                Case("decay", {"weight_decay": 0.01, "use_bias_correction": True, "d0": 1e-3}),
                Case("coupled_decay", {"weight_decay": 0.01, "decouple": False, "d_coef": 0.5, "d0": 1e-3}),
                Case("guarded", {"safeguard_warmup": True, "growth_rate": 1.5, "betas": (0.5, 0.9), "beta3": 0.8}),
            ],
            groups="one_lr",
        ),
        package(
            "DAdaptAdam",
            "dadaptation",
            "dadaptation.DAdaptAdam",
            [
                Case("defaults"),
                Case("decay", {"weight_decay": 0.01, "decouple": True, "d0": 0.01}),
                Case("coupled_decay", {"weight_decay": 0.01, "use_bias_correction": True, "d0": 0.01}),
                Case("growth", {"growth_rate": 1.02, "betas": (0.5, 0.9), "d0": 0.001}),
            ],
            groups="one_lr",
            inputs=MATRIX_GRADIENTS,
        ),
        package(
            "DAdaptSGD",
            "dadaptation",
            "dadaptation.DAdaptSGD",
            [
                Case("defaults"),
                Case("momentum_decay", {"momentum": 0.9, "weight_decay": 0.01, "d0": 0.01}),
                Case("growth", {"growth_rate": 1.05, "momentum": 0.5, "lr": 0.5, "d0": 0.001}),
            ],
            groups="one_lr",
            inputs=MATRIX_GRADIENTS,
        ),
        Reference(
            "AdamMini",
            f"adam-mini {version('adam-mini')}, adam_mini.Adam_mini",
            make_adam_mini,
            [
                Case("rows", {"partition": "rows"}),
                Case("rows_decay", {"partition": "rows", "lr": 0.02, "weight_decay": 0.1, "betas": (0.5, 0.9)}),
                Case("whole", {"partition": "whole", "lr": 0.01, "weight_decay": 0.1}),
                Case("elements", {"partition": "elements", "lr": 0.01, "eps": 1e-4}),
            ],
            MATRIX_GRADIENTS,
            "fixed",
        ),
        package(
            "Shampoo",
            "pytorch_optimizer",
            "pytorch_optimizer.Shampoo",
            [
                Case("defaults"),
                Case("damped", {"lr": 0.01, "matrix_eps": 0.1, "weight_decay": 0.1}, {"weight_decay": 0.0}),
                Case("momentum", {"lr": 0.01, "matrix_eps": 0.01, "momentum": 0.9}),
                Case("seldom", {"lr": 0.01, "matrix_eps": 0.1, "preconditioning_compute_steps": 5}),
            ],
            inputs=MATRIX_GRADIENTS,
        ),
        published(
            "SOAP",
            "github.com/nikhilvyas/SOAP",
            [
                Case("defaults"),
                Case("often", {"lr": 0.01, "precondition_frequency": 1, "betas": (0.9, 0.99)}, {"weight_decay": 0.0}),
                Case("shampoo_beta", {"lr": 0.01, "shampoo_beta": 0.8, "correct_bias": False, "weight_decay": 0.1}),
            ],
            MATRIX_GRADIENTS,
        ),
        Reference(
            "Lookahead",
            f"pytorch_optimizer {version('pytorch_optimizer')}, pytorch_optimizer.Lookahead",
            make_lookahead,
            [
                Case("sgd", {"base": {"name": "SGD", "lr": 0.1, "momentum": 0.9}, "k": 5, "alpha": 0.5}),
                Case("adam", {"base": {"name": "Adam", "lr": 0.01}, "k": 6, "alpha": 0.8}),
                Case("every_step", {"base": {"name": "SGD", "lr": 0.1}, "k": 1, "alpha": 0.3}),
            ],
            groups="fixed",
        ),
    ]
