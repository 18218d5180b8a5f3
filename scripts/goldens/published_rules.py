"""Published rules whose authors' code is on no package index, written out in plain PyTorch from their formulas.

Each says which repository it was compared with. They are the slowest clear form: one tensor operation a line, float32.
"""

import math

from pinned_torch import torch

Tensor = torch.Tensor


class Rule(torch.optim.Optimizer):
    """An optimizer that updates each parameter with a gradient on its own."""

    DEFAULTS: dict[str, object] = {}

    def __init__(self, params: object, **options: object) -> None:
        unknown = options.keys() - self.DEFAULTS.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no option {', '.join(sorted(unknown))}")
        super().__init__(params, {**self.DEFAULTS, **options})

    def update(self, parameter: Tensor, gradient: Tensor, state: dict[str, object], group: dict[str, object]) -> None:
        raise NotImplementedError

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self.update(parameter, parameter.grad, self.state[parameter], group)


class SignSGD(Rule):
    """Bernstein et al. 2018; optax.sign_sgd."""

    DEFAULTS = {"lr": 1e-3}

    def update(self, parameter, gradient, state, group):
        parameter.add_(gradient.sign(), alpha=-group["lr"])


class Signum(Rule):
    """Bernstein et al. 2018: the sign of a running mean; optax.signum."""

    DEFAULTS = {"lr": 1e-3, "momentum": 0.9}

    def update(self, parameter, gradient, state, group):
        if not state:
            state["momentum_buffer"] = torch.zeros_like(parameter)
        mean = state["momentum_buffer"]
        mean.mul_(group["momentum"]).add_(gradient, alpha=1 - group["momentum"])
        parameter.add_(mean.sign(), alpha=-group["lr"])


class AdEMAMix(Rule):
    """Pagliardini et al. 2024; github.com/apple/ml-ademamix."""

    DEFAULTS = {
        "lr": 1e-3,
        "betas": (0.9, 0.999, 0.9999),
        "alpha": 2.0,
        "beta3_warmup": None,
        "alpha_warmup": None,
        "eps": 1e-8,
        "weight_decay": 0.0,
    }

    @staticmethod
    def warm_beta3(step: int, first: float, last: float, warmup: int) -> float:
        """Interpolates linearly between half-lives."""

        def half_life(beta: float) -> float:
            return math.log(0.5) / math.log(beta + 1e-8) - 1

        share = step / warmup
        return math.pow(0.5, 1 / ((1 - share) * half_life(first) + share * half_life(last) + 1))

    def update(self, parameter, gradient, state, group):
        if not state:
            state["step"] = 0
            state["exp_avg_fast"] = torch.zeros_like(parameter)
            state["exp_avg_slow"] = torch.zeros_like(parameter)
            state["exp_avg_sq"] = torch.zeros_like(parameter)
        state["step"] += 1
        step = state["step"]
        beta1, beta2, beta3 = group["betas"]
        alpha = group["alpha"]
        if group["alpha_warmup"] is not None and step < group["alpha_warmup"]:
            alpha = step / group["alpha_warmup"] * alpha
        if group["beta3_warmup"] is not None and step < group["beta3_warmup"]:
            beta3 = self.warm_beta3(step, beta1, beta3, group["beta3_warmup"])
        fast, slow, square = state["exp_avg_fast"], state["exp_avg_slow"], state["exp_avg_sq"]
        fast.mul_(beta1).add_(gradient, alpha=1 - beta1)
        slow.mul_(beta3).add_(gradient, alpha=1 - beta3)
        square.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        denominator = (square.sqrt() / math.sqrt(1 - beta2**step)).add_(group["eps"])
        direction = (fast / (1 - beta1**step) + alpha * slow) / denominator
        direction.add_(parameter, alpha=group["weight_decay"])
        parameter.add_(-group["lr"] * direction)


def clipped_as_adan(optimizer: torch.optim.Optimizer, limit: float) -> torch.optim.Optimizer:
    """Has step() scale all gradients down first, in place; github.com/sail-sg/Adan, max_grad_norm. 0 sets no limit."""

    def clip(*_: object) -> None:
        gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
        total = torch.zeros(1)
        for gradient in gradients:
            total.add_(gradient.pow(2).sum())
        share = torch.clamp(torch.tensor(limit) / (torch.sqrt(total) + optimizer.param_groups[-1]["eps"]), max=1.0).item()
        for gradient in gradients:
            gradient.mul_(share)

    if limit > 0:
        optimizer.register_step_pre_hook(clip)
    return optimizer


class MARS(Rule):
    """Yuan et al. 2024, the AdamW form; github.com/AGI-Arena/MARS.

    `lr_1d` is a factor of the learning rate at the start, so a later change of `lr` scales both. timm.optim.Mars differs:
    its first step takes the gradient for the missing one before it, here that is zero.
    """

    DEFAULTS = {
        "lr": 3e-3,
        "betas": (0.95, 0.99),
        "eps": 1e-8,
        "weight_decay": 0.0,
        "gamma": 0.025,
        "optimize_1d": False,
        "lr_1d": 3e-3,
        "betas_1d": (0.9, 0.95),
        "weight_decay_1d": 0.1,
    }

    def update(self, parameter, gradient, state, group):
        if not state:
            state["step"] = 0
            state["exp_avg"] = torch.zeros_like(parameter)
            state["last_grad"] = torch.zeros_like(parameter)
            state["exp_avg_sq"] = torch.zeros_like(parameter)
        state["step"] += 1
        corrected = gradient
        lr, decay, (beta1, beta2) = group["lr"], group["weight_decay"], group["betas"]
        if group["optimize_1d"] or gradient.dim() == 2:
            corrected = (gradient - state["last_grad"]).mul(group["gamma"] * (beta1 / (1 - beta1))).add(gradient)
            norm = torch.norm(corrected)
            if norm > 1:
                corrected = corrected / norm
        else:
            lr = lr * (self.defaults["lr_1d"] / self.defaults["lr"])
            decay, (beta1, beta2) = group["weight_decay_1d"], group["betas_1d"]
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        mean.mul_(beta1).add_(corrected, alpha=1 - beta1)
        square.mul_(beta2).addcmul_(corrected, corrected, value=1 - beta2)
        correction1, correction2 = 1 - beta1 ** state["step"], 1 - beta2 ** state["step"]
        denominator = square.sqrt().mul(1 / math.sqrt(correction2)).add(group["eps"]).mul(correction1)
        parameter.add_(-lr * torch.mul(parameter, decay).add(mean / denominator))
        state["last_grad"] = gradient.clone()


class SophiaG(Rule):
    """Liu et al. 2023; github.com/Liuhong99/Sophia. `update_hessian` is called while .grad holds a sampled loss's gradient."""

    DEFAULTS = {"lr": 1e-4, "betas": (0.965, 0.99), "rho": 0.04, "weight_decay": 0.1, "bs": 5120}

    @staticmethod
    def started(parameter: Tensor, state: dict[str, object]) -> dict[str, object]:
        if not state:
            state["exp_avg"] = torch.zeros_like(parameter)
            state["hessian"] = torch.zeros_like(parameter)
        return state

    @torch.no_grad()
    def update_hessian(self) -> None:
        for group in self.param_groups:
            beta2 = group["betas"][1]
            for parameter in group["params"]:
                if parameter.grad is not None:
                    hessian = self.started(parameter, self.state[parameter])["hessian"]
                    hessian.mul_(beta2).addcmul_(parameter.grad, parameter.grad, value=1 - beta2)

    def update(self, parameter, gradient, state, group):
        self.started(parameter, state)
        beta1, mean = group["betas"][0], state["exp_avg"]
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        mean.mul_(beta1).add_(gradient, alpha=1 - beta1)
        ratio = (mean.abs() / (group["rho"] * group["bs"] * state["hessian"] + 1e-15)).clamp(None, 1)
        parameter.addcmul_(mean.sign(), ratio, value=-group["lr"])


class SOAP(Rule):
    """Vyas et al. 2024, for matrices; github.com/nikhilvyas/SOAP. The first call only initialises the preconditioner."""

    DEFAULTS = {
        "lr": 3e-3,
        "betas": (0.95, 0.95),
        "shampoo_beta": -1.0,
        "eps": 1e-8,
        "weight_decay": 0.01,
        "precondition_frequency": 10,
        "correct_bias": True,
    }

    @staticmethod
    def eigenvectors(matrix: Tensor) -> Tensor:
        """By descending eigenvalue."""
        return torch.linalg.eigh(matrix + 1e-30 * torch.eye(len(matrix)))[1].flip(1)

    @staticmethod
    def average(state: dict[str, object], gradient: Tensor, beta: float) -> None:
        state["left"].lerp_(gradient @ gradient.T, 1 - beta)
        state["right"].lerp_(gradient.T @ gradient, 1 - beta)

    @staticmethod
    def turn(state: dict[str, object]) -> None:
        """One round of power iteration in the order of the estimated eigenvalues, which the second moment follows."""
        for side, axis in (("left", 0), ("right", 1)):
            basis = state[f"{side}_basis"]
            product = state[side] @ basis
            order = torch.argsort((basis * product).sum(0), descending=True)
            state["exp_avg_sq"] = state["exp_avg_sq"].index_select(axis, order)
            state[f"{side}_basis"] = torch.linalg.qr(product[:, order])[0]

    def update(self, parameter, gradient, state, group):
        beta1, beta2 = group["betas"]
        shampoo_beta = group["shampoo_beta"] if group["shampoo_beta"] >= 0 else beta2
        if not state:
            rows, columns = parameter.shape
            state |= {"step": 0, "left": torch.zeros(rows, rows), "right": torch.zeros(columns, columns)}
            state |= {"exp_avg": torch.zeros_like(parameter), "exp_avg_sq": torch.zeros_like(parameter)}
            self.average(state, gradient, shampoo_beta)
            state |= {f"{side}_basis": self.eigenvectors(state[side]) for side in ("left", "right")}
            return
        state["step"] += 1
        left, right = state["left_basis"], state["right_basis"]
        projected = left.T @ gradient @ right
        state["exp_avg"].mul_(beta1).add_(gradient, alpha=1 - beta1)
        state["exp_avg_sq"].mul_(beta2).addcmul_(projected, projected, value=1 - beta2)
        denominator = state["exp_avg_sq"].sqrt().add_(group["eps"])
        size = group["lr"]
        if group["correct_bias"]:
            size = size * math.sqrt(1 - beta2 ** state["step"]) / (1 - beta1 ** state["step"])
        direction = left @ ((left.T @ state["exp_avg"] @ right) / denominator) @ right.T
        parameter.add_(direction, alpha=-size)
        if group["weight_decay"] > 0:
            parameter.add_(parameter, alpha=-group["lr"] * group["weight_decay"])
        self.average(state, gradient, shampoo_beta)
        if state["step"] % group["precondition_frequency"] == 0:
            self.turn(state)


class SAM(torch.optim.Optimizer):
    """Foret et al. 2021 and, with `adaptive`, Kwon et al. 2021; github.com/davda54/sam. The closure is called twice."""

    def __init__(self, params: object, base: type, rho: float = 0.05, adaptive: bool = False, **options: object) -> None:
        super().__init__(params, {"rho": rho, "adaptive": adaptive})
        self.base = base(self.param_groups, **options)
        self.param_groups = self.base.param_groups

    def with_gradient(self) -> list[tuple[Tensor, dict[str, object]]]:
        return [(p, group) for group in self.param_groups for p in group["params"] if p.grad is not None]

    @torch.no_grad()
    def step(self, closure: object) -> Tensor:
        again = torch.enable_grad()(closure)
        loss = again()
        scaled = [(p.abs() if group["adaptive"] else 1.0) * p.grad for p, group in self.with_gradient()]
        norm = torch.norm(torch.stack([tensor.norm(p=2) for tensor in scaled]), p=2)
        before = {}
        for parameter, group in self.with_gradient():
            before[parameter] = parameter.clone()
            scale = group["rho"] / (norm + 1e-12)
            parameter.add_((parameter**2 if group["adaptive"] else 1.0) * parameter.grad * scale)
        again()
        for parameter, value in before.items():
            parameter.copy_(value)
        self.base.step()
        return loss
