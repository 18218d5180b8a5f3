"""The schedulers, chains and composites whose learning rates scheduler_traces.py records.

A scheduler is written as an experiment document writes it: an object with its name, its options and, for a composite,
its `schedulers`; `lr_lambda` is a formula of `epoch`.
"""

from dataclasses import dataclass, field

Spec = dict[str, object]


def spec(name: str, **options: object) -> Spec:
    return {"name": name, **options}


PLAIN = spec("SGD", lr=1.0)


@dataclass(frozen=True)
class Case:
    """Schedulers stacked in order on an optimizer with two groups."""

    name: str
    schedulers: list[Spec]
    optimizer: Spec = field(default_factory=lambda: PLAIN)
    # Before that step: a learning rate set by hand, group by group.
    set_lr: dict[int, list[float]] = field(default_factory=dict)
    # Before that step: the learning rate of a third group that joins.
    add_group: dict[int, float] = field(default_factory=dict)
    # What ReduceLROnPlateau is given step by step, again from the first at the end.
    metrics: list[float] = field(default_factory=lambda: [1.0])
    # Without optimizer.step(), which PyTorch warns of.
    never_steps: bool = False


def step(size: int, **options: object) -> Spec:
    return spec("StepLR", step_size=size, **options)


def cosine(t_max: int, **options: object) -> Spec:
    return spec("CosineAnnealingLR", T_max=t_max, **options)


def sequence(milestones: list[int], *schedulers: Spec) -> Spec:
    return spec("SequentialLR", milestones=milestones, schedulers=list(schedulers))


def chain(*schedulers: Spec) -> Spec:
    return spec("ChainedScheduler", schedulers=list(schedulers))


MOMENTUM = spec("SGD", lr=1.0, momentum=0.5)
ADAM = spec("Adam", lr=1.0)
PLATEAUS = [3.0, 2.0, 2.0, 1.9999, 2.0, 2.5, 1.5, 1.5, 1.6, 1.7, 1.5, 1.49999, 1.2, float("nan"), 1.3, 1.3, 1.3]
HAND = {55: [0.2, 0.001]}
JOINS = {31: 0.5}

SINGLE = [
    Case("step_default_gamma", [step(30)]),
    Case("step_every_epoch", [step(1, gamma=0.97)]),
    Case("step_growing", [step(7, gamma=1.05)]),
    Case("step_longer_than_run", [step(500, gamma=0.5)]),
    Case("step_changed_by_hand", [step(20, gamma=0.7)], set_lr=HAND),
    Case("step_added_group", [step(20, gamma=0.7)], add_group=JOINS),
    Case("step_of_zero", [step(0)]),
    Case("cosine_once", [cosine(200)]),
    Case("cosine_several_turns", [cosine(17)]),
    Case("cosine_eta_min", [cosine(50, eta_min=0.01)]),
    Case("cosine_every_epoch", [cosine(1)]),
    Case("cosine_two_epochs", [cosine(2, eta_min=0.001)]),
    Case("cosine_eta_above", [cosine(33, eta_min=0.05)]),
    Case("cosine_changed_by_hand", [cosine(40)], set_lr={70: [0.5, 0.02]}),
    Case("cosine_added_group", [cosine(250)], add_group=JOINS),
    Case("cosine_added_group_at_the_turn", [cosine(40)], add_group=JOINS),
    Case("cosine_of_zero", [cosine(0)]),
    Case("milestones", [spec("MultiStepLR", milestones=[30, 80])]),
    Case("milestones_repeated", [spec("MultiStepLR", milestones=[2, 5, 5, 40, 40, 40], gamma=0.7)]),
    Case("milestones_at_the_start", [spec("MultiStepLR", milestones=[0, 2], gamma=0.3)]),
    Case("milestones_out_of_order", [spec("MultiStepLR", milestones=[90, 10, 50], gamma=1.5)], set_lr=HAND),
    Case("milestones_added_group", [spec("MultiStepLR", milestones=[20, 60], gamma=0.4)], add_group=JOINS),
    Case("constant_default", [spec("ConstantLR")]),
    Case("constant_long", [spec("ConstantLR", factor=0.07, total_iters=90)], set_lr=HAND),
    Case("constant_never_given_back", [spec("ConstantLR", factor=0.5, total_iters=0)]),
    Case("constant_of_nothing", [spec("ConstantLR", factor=0.0, total_iters=7)]),
    Case("constant_added_group", [spec("ConstantLR", factor=0.3, total_iters=50)], add_group=JOINS),
    Case("linear_default", [spec("LinearLR")]),
    Case("linear_down", [spec("LinearLR", start_factor=1.0, end_factor=0.0, total_iters=150)]),
    Case("linear_long", [spec("LinearLR", start_factor=0.013, end_factor=0.9, total_iters=170)], set_lr=HAND),
    Case("linear_of_zero", [spec("LinearLR", total_iters=0)]),
    Case("linear_added_group", [spec("LinearLR", start_factor=0.1, total_iters=60)], add_group=JOINS),
    Case("exponential", [spec("ExponentialLR", gamma=0.97)]),
    Case("exponential_growing", [spec("ExponentialLR", gamma=1.013)], set_lr=HAND),
    Case("exponential_of_zero", [spec("ExponentialLR", gamma=0.0)]),
    Case("exponential_negative", [spec("ExponentialLR", gamma=-0.9)]),
    Case("exponential_added_group", [spec("ExponentialLR", gamma=0.98)], add_group=JOINS),
    Case("polynomial_default", [spec("PolynomialLR")]),
    Case("polynomial_square", [spec("PolynomialLR", total_iters=190, power=2.0)]),
    Case("polynomial_fraction", [spec("PolynomialLR", total_iters=160, power=0.9)], set_lr=HAND),
    Case("polynomial_negative_power", [spec("PolynomialLR", total_iters=20, power=-0.5)]),
    Case("polynomial_of_zero", [spec("PolynomialLR", total_iters=0)]),
    Case("polynomial_added_group", [spec("PolynomialLR", total_iters=99, power=1.7)], add_group=JOINS),
    Case("restarts", [spec("CosineAnnealingWarmRestarts", T_0=30)]),
    Case("restarts_doubling", [spec("CosineAnnealingWarmRestarts", T_0=10, T_mult=2, eta_min=0.001)]),
    Case("restarts_trebling", [spec("CosineAnnealingWarmRestarts", T_0=3, T_mult=3)], set_lr=HAND),
    Case("restarts_every_epoch", [spec("CosineAnnealingWarmRestarts", T_0=1)]),
    Case("restarts_added_group", [spec("CosineAnnealingWarmRestarts", T_0=13)], add_group=JOINS),
    Case("cyclic", [spec("CyclicLR", base_lr=0.01, max_lr=0.1, step_size_up=30)], MOMENTUM),
    Case("cyclic_two", [spec("CyclicLR", base_lr=0.01, max_lr=[0.1, 0.3], step_size_up=7, step_size_down=12,
                             mode="triangular2", base_momentum=0.7)], MOMENTUM),
    Case("cyclic_range", [spec("CyclicLR", base_lr=[0.01, 0.002], max_lr=0.1, step_size_up=20, mode="exp_range",
                               gamma=0.99)], ADAM),
    Case("cyclic_without_momentum", [spec("CyclicLR", base_lr=0.001, max_lr=0.4, step_size_up=17,
                                          cycle_momentum=False)], set_lr=HAND),
    Case("cyclic_added_group", [spec("CyclicLR", base_lr=0.01, max_lr=0.1, step_size_up=9)], MOMENTUM, add_group=JOINS),
    Case("one_cycle", [spec("OneCycleLR", max_lr=0.1, total_steps=201)], MOMENTUM),
    Case("one_cycle_three_phases", [spec("OneCycleLR", max_lr=[0.1, 0.7], total_steps=210, three_phase=True,
                                         anneal_strategy="linear")], ADAM),
    Case("one_cycle_epochs", [spec("OneCycleLR", max_lr=0.2, epochs=21, steps_per_epoch=10, pct_start=0.41,
                                   div_factor=7.0, final_div_factor=100.0)], ADAM),
    Case("one_cycle_too_short", [spec("OneCycleLR", max_lr=0.1, total_steps=100, cycle_momentum=False)]),
    Case("one_cycle_added_group", [spec("OneCycleLR", max_lr=0.1, total_steps=210)], MOMENTUM, add_group=JOINS),
    Case("plateau_default", [spec("ReduceLROnPlateau")]),
    Case("plateau_patience", [spec("ReduceLROnPlateau", patience=2, factor=0.8)], metrics=PLATEAUS),
    Case("plateau_cooldown", [spec("ReduceLROnPlateau", patience=1, factor=0.7, cooldown=2, threshold=1e-3,
                                   threshold_mode="abs", min_lr=[0.01, 0.002])], metrics=PLATEAUS),
    Case("plateau_max", [spec("ReduceLROnPlateau", mode="max", patience=0, factor=0.9, eps=1e-4)], metrics=PLATEAUS),
    Case("plateau_max_abs", [spec("ReduceLROnPlateau", mode="max", patience=3, factor=0.5, threshold_mode="abs",
                                  threshold=0.1, min_lr=0.001)], metrics=PLATEAUS, add_group=JOINS),
    Case("plateau_negative", [spec("ReduceLROnPlateau", patience=2, threshold=0.1)], metrics=[-1.0, -0.95, -0.91, -2.0]),
    Case("plateau_list_added_group", [spec("ReduceLROnPlateau", patience=4, min_lr=[0.1, 0.01])], add_group=JOINS),
    Case("lambda_decay", [spec("LambdaLR", lr_lambda="0.95^epoch")]),
    Case("lambda_inverse", [spec("LambdaLR", lr_lambda="1/(1 + 0.1*epoch)")], set_lr=HAND),
    Case("lambda_cosine", [spec("LambdaLR", lr_lambda="0.5*(1 + cos(pi*epoch/200))")]),
    Case("lambda_rooted", [spec("LambdaLR", lr_lambda="sqrt(epoch + 1)*exp(-epoch/40) + abs(sin(epoch))")]),
    Case("lambda_functions", [spec("LambdaLR", lr_lambda="log(epoch + 2)*tanh(epoch/50) - tan(epoch/70)")]),
    Case("lambda_added_group", [spec("LambdaLR", lr_lambda="0.99^epoch")], add_group=JOINS),
    Case("multiplicative", [spec("MultiplicativeLR", lr_lambda="0.97")]),
    Case("multiplicative_of_epoch", [spec("MultiplicativeLR", lr_lambda="1 - 1/(epoch + 1)^2")], set_lr=HAND),
    Case("multiplicative_wave", [spec("MultiplicativeLR", lr_lambda="1 + sin(epoch)/10")]),
    Case("multiplicative_power", [spec("MultiplicativeLR", lr_lambda="0.9 + (epoch + 1)^-0.5/5")]),
    Case("multiplicative_added_group", [spec("MultiplicativeLR", lr_lambda="0.99")], add_group=JOINS),
    Case("swalr", [spec("SWALR", swa_lr=0.05)]),
    Case("swalr_linear", [spec("SWALR", swa_lr=[0.5, 0.001], anneal_epochs=150, anneal_strategy="linear")]),
    Case("swalr_at_once", [spec("SWALR", swa_lr=0.05, anneal_epochs=0)]),
    Case("swalr_changed_by_hand", [spec("SWALR", swa_lr=0.02, anneal_epochs=80)], set_lr=HAND),
    Case("swalr_added_group", [spec("SWALR", swa_lr=0.02, anneal_epochs=80)], add_group=JOINS),
]

TOGETHER = [
    Case("stacked", [step(25, gamma=0.5), cosine(60)]),
    Case("stacked_steps", [step(25, gamma=0.5), step(40, gamma=3.0)]),
    Case("stacked_cosines", [cosine(30), cosine(70, eta_min=0.002)]),
    Case("stacked_with_plateau", [spec("ExponentialLR", gamma=0.99), spec("ReduceLROnPlateau", patience=3)],
         metrics=PLATEAUS),
    Case("stacked_overwriting", [step(10, gamma=0.5), spec("LambdaLR", lr_lambda="0.99^epoch")]),
    Case("stacked_one_cycles", [spec("OneCycleLR", max_lr=0.1, total_steps=220),
                                spec("OneCycleLR", max_lr=0.3, total_steps=300)], MOMENTUM),
    Case("stacked_cyclic", [spec("ConstantLR", factor=0.5, total_iters=9),
                            spec("CyclicLR", base_lr=0.01, max_lr=0.2, step_size_up=11)], ADAM),
    Case("chain_warm_up_decay", [chain(spec("ConstantLR", factor=0.1, total_iters=20),
                                       spec("ExponentialLR", gamma=0.98))]),
    Case("chain_of_three", [chain(spec("LinearLR", start_factor=0.1, total_iters=40), cosine(60),
                                  spec("MultiStepLR", milestones=[50, 120], gamma=0.5))], set_lr=HAND),
    Case("chain_of_chains", [chain(chain(step(30), spec("ExponentialLR", gamma=1.01)), cosine(90))]),
    Case("chain_with_polynomial", [chain(spec("PolynomialLR", total_iters=180, power=0.5),
                                         spec("MultiplicativeLR", lr_lambda="1 + 1/(epoch + 3)"))]),
    Case("chain_of_swalr", [chain(spec("ExponentialLR", gamma=0.99), spec("SWALR", swa_lr=0.01, anneal_epochs=50))]),
    Case("sequence_warm_up", [sequence([30], spec("ConstantLR", factor=0.1, total_iters=30),
                                       spec("ExponentialLR", gamma=0.98))]),
    Case("sequence_linear_cosine", [sequence([40], spec("LinearLR", start_factor=0.1, total_iters=40), cosine(60))]),
    Case("sequence_of_five", [sequence([20, 60, 100, 150], step(3), spec("PolynomialLR", total_iters=30, power=2.0),
                                       spec("MultiStepLR", milestones=[0, 4], gamma=0.5),
                                       spec("LambdaLR", lr_lambda="1/(epoch + 1)"), spec("SWALR", swa_lr=0.2))]),
    Case("sequence_from_zero", [sequence([0], spec("ConstantLR"), spec("ExponentialLR", gamma=0.9))]),
    Case("sequence_of_restarts", [sequence([50, 120], spec("CosineAnnealingWarmRestarts", T_0=7, T_mult=2),
                                           spec("CosineAnnealingWarmRestarts", T_0=20), spec("ConstantLR"))]),
    Case("sequence_of_cycles", [sequence([60, 130], spec("OneCycleLR", max_lr=0.1, total_steps=70),
                                         spec("CyclicLR", base_lr=0.01, max_lr=0.2, step_size_up=10),
                                         spec("OneCycleLR", max_lr=0.4, total_steps=90))], MOMENTUM),
    Case("sequence_multiplicative", [sequence([10], step(4), spec("MultiplicativeLR", lr_lambda="0.9 + 0.1/(epoch + 1)"))]),
    Case("sequence_of_sequence", [sequence([100], sequence([20], step(5, gamma=0.8), spec("ExponentialLR", gamma=0.98)),
                                           cosine(40))]),
    Case("sequence_of_chain", [sequence([70], chain(step(9, gamma=0.8), spec("ExponentialLR", gamma=0.99)), cosine(50))]),
    Case("sequence_into_chain", [sequence([15], step(9), chain(step(4), spec("ExponentialLR", gamma=0.99)))]),
    Case("sequence_out_of_order", [sequence([90, 20], step(9), spec("ExponentialLR", gamma=0.99), cosine(30))]),
    Case("sequence_into_step_of_zero", [sequence([5], cosine(10), step(0))]),
    Case("sequence_into_linear_of_zero", [sequence([5], cosine(10), spec("LinearLR", total_iters=0))]),
    Case("sequence_into_polynomial_of_zero", [sequence([5], cosine(10), spec("PolynomialLR", total_iters=0))]),
    Case("sequence_into_cosine_of_zero", [sequence([5], step(10), cosine(0))]),
    Case("sequence_changed_by_hand", [sequence([50], spec("LinearLR", total_iters=50), cosine(70))], set_lr=HAND),
    Case("sequence_and_stack", [sequence([50], spec("LinearLR", total_iters=50), cosine(70)), step(40, gamma=0.5)]),
    Case("without_steps", [step(5)], never_steps=True),
    Case("chain_without_steps", [chain(step(5), cosine(10))], never_steps=True),
    Case("restarts_without_steps", [spec("CosineAnnealingWarmRestarts", T_0=3)], never_steps=True),
    Case("plateau_without_steps", [spec("ReduceLROnPlateau", patience=5)], never_steps=True),
    Case("sequence_without_steps", [sequence([5], step(5), cosine(10))], never_steps=True),
]

CASES = SINGLE + TOGETHER

# What constructors refuse: the optimizer's name, the scheduler.
REFUSALS: list[tuple[str, Spec]] = [
    ("SGD", spec("StepLR")),
    ("SGD", spec("MultiStepLR")),
    ("SGD", spec("ExponentialLR")),
    ("SGD", spec("CosineAnnealingLR")),
    ("SGD", spec("CyclicLR")),
    ("SGD", spec("CyclicLR", max_lr=1.0)),
    ("SGD", spec("OneCycleLR")),
    ("SGD", spec("LambdaLR")),
    ("SGD", spec("MultiplicativeLR")),
    ("SGD", spec("CosineAnnealingWarmRestarts")),
    ("SGD", spec("SWALR")),
    ("SGD", spec("ConstantLR", factor=1.5)),
    ("SGD", spec("ConstantLR", factor=-0.1)),
    ("SGD", spec("LinearLR", start_factor=0.0)),
    ("SGD", spec("LinearLR", start_factor=1.1)),
    ("SGD", spec("LinearLR", end_factor=-0.5)),
    ("SGD", spec("LinearLR", end_factor=1.5)),
    ("SGD", spec("CosineAnnealingWarmRestarts", T_0=0)),
    ("SGD", spec("CosineAnnealingWarmRestarts", T_0=-3)),
    ("SGD", spec("CosineAnnealingWarmRestarts", T_0=1.5)),
    ("SGD", spec("CosineAnnealingWarmRestarts", T_0=2, T_mult=0)),
    ("SGD", spec("CosineAnnealingWarmRestarts", T_0=2, T_mult=1.5)),
    ("SGD", spec("CyclicLR", base_lr=0.1, max_lr=1.0, mode="square")),
    ("SGD", spec("CyclicLR", base_lr=[0.1], max_lr=1.0)),
    ("SGD", spec("CyclicLR", base_lr=0.1, max_lr=[1.0, 2.0, 3.0])),
    ("SGD", spec("CyclicLR", base_lr=0.1, max_lr=1.0, base_momentum=[0.5])),
    ("SGD", spec("CyclicLR", base_lr=0.1, max_lr=1.0, step_size_up=0)),
    ("SGD", spec("CyclicLR", base_lr=0.1, max_lr=1.0, step_size_up=0, step_size_down=5)),
    ("Adagrad", spec("CyclicLR", base_lr=0.1, max_lr=1.0)),
    ("Adagrad", spec("OneCycleLR", max_lr=1.0, total_steps=10)),
    ("SGD", spec("OneCycleLR", max_lr=1.0)),
    ("SGD", spec("OneCycleLR", max_lr=1.0, epochs=3)),
    ("SGD", spec("OneCycleLR", max_lr=1.0, total_steps=0)),
    ("SGD", spec("OneCycleLR", max_lr=1.0, total_steps=2.5)),
    ("SGD", spec("OneCycleLR", max_lr=1.0, epochs=0, steps_per_epoch=4)),
    ("SGD", spec("OneCycleLR", max_lr=1.0, epochs=4, steps_per_epoch=-2)),
    ("SGD", spec("OneCycleLR", max_lr=1.0, total_steps=10, pct_start=1.5)),
    ("SGD", spec("OneCycleLR", max_lr=1.0, total_steps=10, pct_start=-0.25)),
    ("SGD", spec("OneCycleLR", max_lr=1.0, total_steps=10, pct_start=0.1)),
    ("SGD", spec("OneCycleLR", max_lr=1.0, total_steps=10, anneal_strategy="cosine")),
    ("SGD", spec("OneCycleLR", max_lr=[1.0], total_steps=10)),
    ("SGD", spec("OneCycleLR", max_lr=1.0, total_steps=10, max_momentum=[0.9])),
    ("SGD", spec("ReduceLROnPlateau", factor=1.0)),
    ("SGD", spec("ReduceLROnPlateau", mode="avg")),
    ("SGD", spec("ReduceLROnPlateau", threshold_mode="both")),
    ("SGD", spec("ReduceLROnPlateau", min_lr=[0.1])),
    ("SGD", spec("SWALR", swa_lr=0.1, anneal_strategy="step")),
    ("SGD", spec("SWALR", swa_lr=0.1, anneal_epochs=-1)),
    ("SGD", spec("SWALR", swa_lr=0.1, anneal_epochs=1.5)),
    ("SGD", spec("SWALR", swa_lr=[0.1])),
    ("SGD", spec("SequentialLR", milestones=[], schedulers=[])),
    ("SGD", sequence([], step(3), step(4))),
    ("SGD", sequence([3, 5], step(3), step(4))),
    ("SGD", sequence([3], step(3), spec("ReduceLROnPlateau"))),
    ("SGD", chain()),
    ("SGD", chain(spec("ReduceLROnPlateau"), step(3))),
]
