"""What is recorded of each optimizer of torch.optim: one entry here is all that a new one needs.

A case gives the constructor's options; the trace adds a group at step 10 (with half the learning rate and
`late_group`) and changes learning rates at steps 20 and 120. `changes` sets further hyper-parameters of the first
group before a step. Cases named `database_…` are settings of PyTorch's own optimizer test database
(torch/testing/_internal/common_optimizers.py) that no other case has.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    name: str
    options: dict[str, object] = field(default_factory=dict)
    late_group: dict[str, object] = field(default_factory=dict)
    changes: dict[int, dict[str, object]] = field(default_factory=dict)


# Over optim/gradients.json, all element-wise: bit for bit.
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
        Case("database_decay", {"weight_decay": 0.5}),
        Case("database_momentum_decay", {"momentum": 0.9, "weight_decay": 0.1}, {"nesterov": True}),
        Case("lr_0", {"lr": 0.0, "momentum": 0.9, "weight_decay": 0.1}),
    ],
    "Adam": [
        Case("defaults"),
        Case("decay", {"lr": 0.1, "weight_decay": 0.1}, {"weight_decay": 0.0}),
        Case("amsgrad", {"lr": 0.05, "amsgrad": True}, {"amsgrad": False}),
        Case("short_memory", {"lr": 0.02, "betas": (0.4, 0.6), "eps": 1e-4}, {"betas": (0.0, 0.999)}),
        Case("maximize_amsgrad_decay", {"lr": 0.01, "maximize": True, "amsgrad": True, "weight_decay": 0.05}),
        Case("decoupled", {"lr": 0.03, "decoupled_weight_decay": True, "weight_decay": 0.1, "betas": (0.5, 0.9)}),
        Case("betas_changed", {"lr": 0.003}, {}, {40: {"betas": (0.8, 0.99)}, 90: {"eps": 1e-3, "maximize": True}}),
        Case("database_maximize_decay", {"weight_decay": 0.1, "maximize": True}),
        Case("database_amsgrad_decay", {"weight_decay": 0.1, "amsgrad": True}),
        Case("betas_0", {"lr": 0.01, "betas": (0.0, 0.0)}),
        Case("lr_0", {"lr": 0.0, "weight_decay": 0.1}),
    ],
    "AdamW": [
        Case("defaults"),
        Case("strong_decay", {"lr": 0.1, "weight_decay": 0.1, "betas": (0.8, 0.9), "eps": 1e-4}),
        Case("amsgrad", {"lr": 0.02, "amsgrad": True}, {"weight_decay": 0.5}),
        Case("maximize", {"lr": 0.05, "maximize": True, "weight_decay": 0.2}),
        Case("decay_switched", {"lr": 0.01, "weight_decay": 0.0}, {}, {60: {"weight_decay": 0.2}}),
        Case("database_maximize_decay", {"weight_decay": 0.1, "maximize": True}),
        Case("database_amsgrad_decay", {"weight_decay": 0.1, "amsgrad": True}),
        Case("betas_0", {"lr": 0.01, "betas": (0.0, 0.0)}),
        Case("lr_0", {"lr": 0.0, "weight_decay": 0.1}),
    ],
    "Adamax": [
        Case("defaults"),
        Case("database_lr", {"lr": 0.1}),
        Case("database_decay", {"weight_decay": 0.1}, {"weight_decay": 0.0}),
        Case("database_maximize", {"maximize": True}),
        Case("database_maximize_decay", {"weight_decay": 0.1, "maximize": True}),
        Case("short_memory", {"lr": 0.02, "betas": (0.4, 0.6), "eps": 1e-3}, {"betas": (0.8, 0.99)}),
        Case("betas_0", {"lr": 0.01, "betas": (0.0, 0.0)}),
        Case("betas_changed", {"lr": 0.003}, {}, {40: {"betas": (0.8, 0.99)}, 90: {"eps": 1e-2, "maximize": True}}),
        Case("lr_0", {"lr": 0.0, "weight_decay": 0.1}),
    ],
    "NAdam": [
        Case("defaults"),
        Case("database_lr", {"lr": 1e-3}),
        Case("database_momentum_decay", {"momentum_decay": 6e-3}),
        Case("database_decay", {"weight_decay": 0.1}),
        Case("database_decay_momentum_decay", {"weight_decay": 0.1, "momentum_decay": 6e-3}),
        Case(
            "database_decoupled",
            {"weight_decay": 0.1, "momentum_decay": 6e-3, "decoupled_weight_decay": True},
            {"decoupled_weight_decay": False},
        ),
        Case("database_maximize_decay", {"weight_decay": 0.1, "maximize": True}),
        Case("decoupled_maximize", {"lr": 0.05, "weight_decay": 0.2, "decoupled_weight_decay": True, "maximize": True}),
        Case("short_memory", {"lr": 0.02, "betas": (0.4, 0.6), "eps": 1e-3}, {"momentum_decay": 0.5}),
        Case("no_momentum_decay", {"lr": 0.01, "momentum_decay": 0.0}),
        Case("betas_0", {"lr": 0.01, "betas": (0.0, 0.0)}),
        Case("changed", {"lr": 0.003}, {}, {40: {"betas": (0.8, 0.99)}, 90: {"momentum_decay": 0.1, "maximize": True}}),
        Case("lr_0", {"lr": 0.0, "weight_decay": 0.1}),
    ],
    "RAdam": [
        Case("defaults"),
        Case("database_lr", {"lr": 2e-3}),
        Case("database_eps", {"eps": 1e-6}),
        Case("database_decay", {"weight_decay": 0.1}),
        Case("database_decoupled", {"weight_decay": 0.1, "decoupled_weight_decay": True}, {"decoupled_weight_decay": False}),
        Case("database_maximize_decay", {"weight_decay": 0.1, "maximize": True}),
        Case("never_rectified", {"lr": 0.001, "betas": (0.9, 0.6)}, {"betas": (0.5, 0.9)}),
        Case("short_memory", {"lr": 0.02, "betas": (0.4, 0.9), "eps": 1e-3}),
        Case("betas_0", {"lr": 0.001, "betas": (0.0, 0.0)}),
        Case("changed", {"lr": 0.003}, {}, {40: {"betas": (0.8, 0.99)}, 90: {"eps": 1e-3, "maximize": True}}),
        Case("lr_0", {"lr": 0.0, "weight_decay": 0.1}),
    ],
    "Adagrad": [
        Case("defaults"),
        Case("decayed", {"lr": 0.1, "lr_decay": 0.1, "initial_accumulator_value": 0.1}),
        Case("weight_decay", {"lr": 0.05, "weight_decay": 0.1}, {"weight_decay": 0.0}),
        Case("maximize", {"lr": 0.2, "maximize": True, "weight_decay": 0.02, "eps": 1e-3}),
        # A group's start value is ignored: the constructor's counts.
        Case("start_value", {"initial_accumulator_value": 2.0}, {"initial_accumulator_value": 5.0, "lr_decay": 0.5}),
        Case("database_maximize_decay", {"weight_decay": 0.1, "maximize": True}),
        Case("database_start_value_decay", {"initial_accumulator_value": 0.1, "weight_decay": 0.1}),
        Case("database_lr_decay", {"lr": 0.1, "lr_decay": 0.5, "weight_decay": 0.1}),
        Case("lr_0", {"lr": 0.0, "weight_decay": 0.1}),
    ],
    "Adadelta": [
        Case("defaults"),
        Case("database_lr", {"lr": 0.01}),
        Case("database_decay", {"weight_decay": 0.1}, {"weight_decay": 0.0}),
        Case("database_maximize", {"maximize": True}),
        Case("database_maximize_decay", {"weight_decay": 0.1, "maximize": True}),
        Case("database_rho_decay", {"rho": 0.95, "weight_decay": 0.9}),
        Case("rho_0", {"rho": 0.0, "eps": 1e-3}),
        Case("rho_1", {"rho": 1.0, "lr": 2.0}),
        Case("changed", {"lr": 0.5}, {"rho": 0.5}, {40: {"rho": 0.8, "eps": 1e-4}, 90: {"maximize": True}}),
        Case("lr_0", {"lr": 0.0, "weight_decay": 0.1}),
    ],
    "RMSprop": [
        Case("defaults"),
        Case("momentum_decay", {"lr": 0.02, "momentum": 0.5, "weight_decay": 0.1}, {"momentum": 0.0}),
        Case("centered", {"lr": 0.01, "centered": True}, {"centered": False}),
        Case("centered_momentum", {"lr": 0.05, "alpha": 0.9, "momentum": 0.9, "centered": True}),
        Case("short_memory", {"lr": 0.01, "alpha": 0.3, "centered": True, "maximize": True, "eps": 1e-3}),
        Case("alpha_changed", {"lr": 0.005, "weight_decay": 0.01}, {}, {70: {"alpha": 0.5, "eps": 1e-2}}),
        Case("database_maximize_decay", {"weight_decay": 0.1, "maximize": True}),
        Case("database_centered_decay", {"weight_decay": 0.1, "centered": True}),
        Case("database_centered_momentum", {"weight_decay": 0.1, "centered": True, "momentum": 0.1}),
        Case(
            "database_centered_momentum_maximize",
            {"weight_decay": 0.1, "centered": True, "momentum": 0.1, "maximize": True},
        ),
        Case("alpha_0", {"lr": 0.01, "alpha": 0.0}),
        Case("lr_0", {"lr": 0.0, "momentum": 0.9, "weight_decay": 0.1}),
    ],
    "Rprop": [
        Case("defaults"),
        Case("database_lr", {"lr": 2e-4}),
        Case("database_etas", {"etas": (0.5, 1.5)}, {"etas": (0.9, 1.1)}),
        Case("database_step_sizes", {"step_sizes": (2e-6, 100.0)}),
        Case("database_maximize", {"maximize": True}),
        Case("narrow", {"lr": 0.1, "step_sizes": (0.01, 0.2)}, {"step_sizes": (0.3, 0.4)}),
        Case("changed", {"lr": 0.02}, {}, {40: {"etas": (0.2, 2.0)}, 90: {"step_sizes": (1e-3, 0.5), "maximize": True}}),
        Case("lr_0", {"lr": 0.0}),
    ],
    "ASGD": [
        Case("defaults"),
        Case("database_lambd", {"lambd": 0.1}, {"lambd": 1e-3}),
        Case("database_lr", {"lr": 0.02}),
        Case("database_t0", {"t0": 100.0}, {"t0": 20.0}),
        Case("database_maximize", {"maximize": True}),
        Case("database_decay", {"weight_decay": 0.1}),
        Case("database_maximize_decay", {"weight_decay": 0.1, "maximize": True}),
        Case("averages_at_once", {"lr": 0.1, "lambd": 0.1, "t0": 1.0, "alpha": 0.5}),
        Case("changed", {"lr": 0.05, "t0": 30.0}, {"alpha": 0.1}, {40: {"lambd": 0.01, "alpha": 1.0}, 90: {"t0": 5.0}}),
        Case("lr_0", {"lr": 0.0, "weight_decay": 0.1}),
    ],
}

# Over optim/matrix_gradients.json. Sums and matrix products: to a tolerance.
MATRIX_CASES: dict[str, list[Case]] = {
    "Adafactor": [
        Case("defaults"),
        Case("database_decay", {"weight_decay": 0.1, "lr": 0.01}, {"weight_decay": 0.0}),
        Case("database_maximize_decay", {"weight_decay": 0.1, "maximize": True}),
        Case("database_beta2_decay", {"beta2_decay": -1.0}),
        Case("database_d", {"d": 1.5}, {"d": 1.0}),
        Case("eps", {"lr": 0.1, "eps": (1e-3, 0.5)}),
        Case("changed", {"lr": 1.0}, {"beta2_decay": -0.2}, {40: {"d": 3.0}, 90: {"maximize": True}}),
        Case("lr_0", {"lr": 0.0, "weight_decay": 0.1}),
    ],
    "Muon": [
        Case("defaults"),
        Case("database_lr", {"lr": 0.01}),
        Case("database_decay", {"weight_decay": 0.2}, {"weight_decay": 0.0}),
        Case("database_momentum", {"momentum": 0.8}),
        Case("database_ns_steps", {"ns_steps": 6}),
        Case("database_ns_coefficients", {"ns_coefficients": (3.4, -4.7, 2.0)}),
        Case("original", {"lr": 0.02, "adjust_lr_fn": "original", "nesterov": False}),
        Case("match_rms_adamw", {"lr": 0.02, "adjust_lr_fn": "match_rms_adamw"}),
        Case("changed", {"lr": 0.05, "eps": 1.0}, {"momentum": 0.5}, {40: {"momentum": 0.0}, 90: {"nesterov": False}}),
        Case("lr_0", {"lr": 0.0}),
    ],
}

# Over optim/sparse_gradients.json, bit for bit.
SPARSE_CASES: dict[str, list[Case]] = {
    "SparseAdam": [
        Case("defaults"),
        Case("database_lr", {"lr": 0.01}),
        Case("database_maximize", {"maximize": True}, {"maximize": False}),
        Case("short_memory", {"lr": 0.02, "betas": (0.4, 0.6), "eps": 1e-3}, {"betas": (0.8, 0.99)}),
        Case("betas_0", {"lr": 0.01, "betas": (0.0, 0.0)}),
        Case("changed", {"lr": 0.1}, {}, {40: {"betas": (0.8, 0.99)}, 90: {"eps": 1e-3, "maximize": True}}),
    ],
    "SGD": [
        Case("defaults"),
        Case("fast", {"lr": 0.1}),
        Case("maximize", {"lr": 0.05, "maximize": True}, {"maximize": False}),
        Case("changed", {"lr": 0.01}, {}, {90: {"maximize": True}}),
        Case("lr_0", {"lr": 0.0}),
    ],
    "Adagrad": [
        Case("defaults"),
        Case("decayed", {"lr": 0.1, "lr_decay": 0.1, "initial_accumulator_value": 0.1}),
        Case("maximize", {"lr": 0.2, "maximize": True, "eps": 1e-3}, {"maximize": False}),
        Case("start_value", {"initial_accumulator_value": 2.0}, {"lr_decay": 0.5}),
        Case("lr_0", {"lr": 0.0}),
    ],
}
