"""Classical minimisers in double precision: what an independent implementation can honestly be compared with.

Nelder-Mead is deterministic, so its iterates are recorded. Conjugate gradients and Newton depend on their line search:
minimisers and counts. Exact line search on a quadratic has a closed form. CMA-ES is random: evaluations over many seeds.
"""

import contextlib
import io
import statistics
from collections.abc import Callable
from importlib.metadata import version

import bits
import cma
import numpy
from pinned_torch import header
from scipy import optimize

Vector = numpy.ndarray


def rosenbrock(p: Vector) -> float:
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def rosenbrock_gradient(p: Vector) -> Vector:
    slope = p[1] - p[0] ** 2
    return numpy.array([-2 * (1 - p[0]) - 400 * p[0] * slope, 200 * slope])


def rosenbrock_hessian(p: Vector) -> Vector:
    return numpy.array([[2 - 400 * p[1] + 1200 * p[0] ** 2, -400 * p[0]], [-400 * p[0], 200.0]])


def himmelblau(p: Vector) -> float:
    return (p[0] ** 2 + p[1] - 11) ** 2 + (p[0] + p[1] ** 2 - 7) ** 2


def himmelblau_gradient(p: Vector) -> Vector:
    a, b = p[0] ** 2 + p[1] - 11, p[0] + p[1] ** 2 - 7
    return numpy.array([4 * p[0] * a + 2 * b, 2 * a + 4 * p[1] * b])


def himmelblau_hessian(p: Vector) -> Vector:
    mixed = 4 * (p[0] + p[1])
    return numpy.array([[12 * p[0] ** 2 + 4 * p[1] - 42, mixed], [mixed, 12 * p[1] ** 2 + 4 * p[0] - 26]])


def valley(p: Vector) -> float:
    return 0.5 * (p[0] ** 2 + 20 * p[1] ** 2)


def valley_gradient(p: Vector) -> Vector:
    return numpy.array([p[0], 20 * p[1]])


def valley_hessian(_: Vector) -> Vector:
    return numpy.array([[1.0, 0.0], [0.0, 20.0]])


FUNCTIONS: dict[str, tuple[str, Callable, Callable, Callable]] = {
    "rosenbrock": ("(1 - x)^2 + 100 (y - x^2)^2", rosenbrock, rosenbrock_gradient, rosenbrock_hessian),
    "himmelblau": ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", himmelblau, himmelblau_gradient, himmelblau_hessian),
    "valley": ("(x^2 + 20 y^2) / 2", valley, valley_gradient, valley_hessian),
}
STARTS = [("rosenbrock", (-1.2, 1.0)), ("rosenbrock", (0.0, 0.0)), ("himmelblau", (-1.0, 1.5)), ("valley", (20.0, 1.0))]
LINE_SEARCH_STEPS = 30
CMA_SEEDS = range(1, 41)
CMA_TARGET = 1e-10


def hexadecimal(point: Vector) -> str:
    return "".join(bits.double_bits(float(value)) for value in point)


def outcome(result: optimize.OptimizeResult) -> dict[str, object]:
    return {
        "minimiser": [float(value) for value in result.x],
        "value": float(result.fun),
        "iterations": int(result.nit),
        "evaluations": int(result.nfev),
    }


def nelder_mead(name: str, start: tuple[float, float]) -> dict[str, object]:
    """scipy's standard coefficients; the best vertex after every iteration."""
    best: list[str] = []
    result = optimize.minimize(
        FUNCTIONS[name][1],
        start,
        method="Nelder-Mead",
        callback=lambda intermediate_result: best.append(hexadecimal(intermediate_result.x)),
    )
    return {**outcome(result), "best": best}


def conjugate_gradients(name: str, start: tuple[float, float]) -> dict[str, object]:
    return outcome(optimize.minimize(FUNCTIONS[name][1], start, jac=FUNCTIONS[name][2], method="CG"))


def newton(name: str, start: tuple[float, float]) -> dict[str, object]:
    _, function, gradient, hessian = FUNCTIONS[name]
    return outcome(optimize.minimize(function, start, jac=gradient, hess=hessian, method="trust-exact"))


def exact_line_search(name: str, start: tuple[float, float]) -> dict[str, object]:
    """Of a quadratic, where the best step along -g is g·g / g·Hg."""
    _, _, gradient, hessian = FUNCTIONS[name]
    point = numpy.array(start)
    points = []
    for _ in range(LINE_SEARCH_STEPS):
        g = gradient(point)
        point = point - (g @ g) / (g @ hessian(point) @ g) * g
        points.append(hexadecimal(point))
    return {"points": points}


def cma_es(name: str, start: tuple[float, float]) -> dict[str, object]:
    """Evaluations until the value falls below CMA_TARGET, from a standard deviation of 0.5."""
    counts = []
    for seed in CMA_SEEDS:
        options = {"seed": seed, "verbose": -9, "ftarget": CMA_TARGET}
        with contextlib.redirect_stdout(io.StringIO()):
            result = cma.CMAEvolutionStrategy(start, 0.5, options).optimize(FUNCTIONS[name][1]).result
        if result.fbest < CMA_TARGET:
            counts.append(result.evaluations)
    quartiles = statistics.quantiles(counts, n=4)
    return {
        "seeds": len(CMA_SEEDS),
        "reached": len(counts),
        "evaluations": {"least": min(counts), "quartiles": quartiles, "most": max(counts)},
    }


def section(reference: str, method: Callable, starts: list[tuple[str, tuple[float, float]]]) -> dict[str, object]:
    cases = [{"name": name, "start": start, **method(name, start)} for name, start in starts]
    return {"reference": reference, "cases": cases}


def files() -> dict[str, dict[str, object]]:
    scipy = f"scipy {version('scipy')}, optimize.minimize"
    return {
        "optim/classical.json": {
            "header": header(0),
            "functions": [{"name": name, "formula": function[0]} for name, function in FUNCTIONS.items()],
            "NelderMead": section(f"{scipy}(method='Nelder-Mead')", nelder_mead, STARTS),
            "NonlinearCG": section(f"{scipy}(method='CG')", conjugate_gradients, STARTS),
            "Newton": section(f"{scipy}(method='trust-exact')", newton, STARTS),
            "ExactLineSearch": section("the closed form, in double", exact_line_search, [("valley", (20.0, 1.0))]),
            "CMAES": section(f"cma {version('cma')}, {CMA_TARGET} from sigma 0.5", cma_es, STARTS),
        }
    }
