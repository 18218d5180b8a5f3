"""What is recorded of each optimizer: one entry here is all that a new optimizer needs.

A case gives the constructor's options; the trace adds a group at step 10 (with half the learning rate and
`late_group`) and changes learning rates at steps 20 and 120. `changes` sets further hyper-parameters of the first
group before a step.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    name: str
    options: dict[str, object] = field(default_factory=dict)
    late_group: dict[str, object] = field(default_factory=dict)
    changes: dict[int, dict[str, object]] = field(default_factory=dict)


CASES: dict[str, list[Case]] = {
    "SGD": [
        Case("defaults"),
        Case("momentum", {"lr": 0.1, "momentum": 0.9}),
        Case("dampening", {"lr": 0.05, "momentum": 0.9, "dampening": 0.5}, {"dampening": 0.25}),
        Case("nesterov_decay", {"lr": 0.02, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
        Case("maximize_decay", {"lr": 0.1, "weight_decay": 0.1, "maximize": True}, {"maximize": False}),
        Case(
            "momentum_switched",
            {"lr": 0.01, "dampening": 0.3},
            {"momentum": 0.8},
            {50: {"momentum": 0.9}, 100: {"momentum": 0.0}, 150: {"momentum": 0.5, "dampening": 0.0}},
        ),
    ],
    "Adam": [
        Case("defaults"),
        Case("decay", {"lr": 0.1, "weight_decay": 0.1}, {"weight_decay": 0.0}),
        Case("amsgrad", {"lr": 0.05, "amsgrad": True}, {"amsgrad": False}),
        Case("short_memory", {"lr": 0.02, "betas": (0.4, 0.6), "eps": 1e-4}, {"betas": (0.0, 0.999)}),
        Case("maximize_amsgrad_decay", {"lr": 0.01, "maximize": True, "amsgrad": True, "weight_decay": 0.05}),
        Case("decoupled", {"lr": 0.03, "decoupled_weight_decay": True, "weight_decay": 0.1, "betas": (0.5, 0.9)}),
        Case("betas_changed", {"lr": 0.003}, {}, {40: {"betas": (0.8, 0.99)}, 90: {"eps": 1e-3, "maximize": True}}),
    ],
    "AdamW": [
        Case("defaults"),
        Case("strong_decay", {"lr": 0.1, "weight_decay": 0.1, "betas": (0.8, 0.9), "eps": 1e-4}),
        Case("amsgrad", {"lr": 0.02, "amsgrad": True}, {"weight_decay": 0.5}),
        Case("maximize", {"lr": 0.05, "maximize": True, "weight_decay": 0.2}),
        Case("decay_switched", {"lr": 0.01, "weight_decay": 0.0}, {}, {60: {"weight_decay": 0.2}}),
    ],
    "RMSprop": [
        Case("defaults"),
        Case("momentum_decay", {"lr": 0.02, "momentum": 0.5, "weight_decay": 0.1}, {"momentum": 0.0}),
        Case("centered", {"lr": 0.01, "centered": True}, {"centered": False}),
        Case("centered_momentum", {"lr": 0.05, "alpha": 0.9, "momentum": 0.9, "centered": True}),
        Case("short_memory", {"lr": 0.01, "alpha": 0.3, "centered": True, "maximize": True, "eps": 1e-3}),
        Case("alpha_changed", {"lr": 0.005, "weight_decay": 0.01}, {}, {70: {"alpha": 0.5, "eps": 1e-2}}),
    ],
    "Adagrad": [
        Case("defaults"),
        Case("decayed", {"lr": 0.1, "lr_decay": 0.1, "initial_accumulator_value": 0.1}),
        Case("weight_decay", {"lr": 0.05, "weight_decay": 0.1}, {"weight_decay": 0.0}),
        Case("maximize", {"lr": 0.2, "maximize": True, "weight_decay": 0.02, "eps": 1e-3}),
        # A group's start value is ignored: the constructor's counts.
        Case("start_value", {"initial_accumulator_value": 2.0}, {"initial_accumulator_value": 5.0, "lr_decay": 0.5}),
    ],
}
