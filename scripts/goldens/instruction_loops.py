"""Loops with the instructions that all_programs() has not, for program_traces.py."""

from loop_programs import Line, every

CANONICAL: list[Line] = ["zero_grad", "forward", "backward", "step"]


def at(iteration: int, instruction: str, **options: object) -> Line:
    return {"do": instruction, "at": iteration, **options}


NO_GRAD: Line = {"do": "forward", "no_grad": True}

# On every problem: x and y of a surface are the first and the second parameter.
ANYWHERE: tuple[list[Line], ...] = (
    ["zero_grad", "forward", {"scale_loss": 3}, "backward", "step"],
    ["zero_grad", "forward", {"scale_loss": 3}, {"scale_loss": 7}, "backward", "step"],
    ["zero_grad", "forward", "backward", {"scale_loss": 3}, "step"],
    ["zero_grad", "forward", {"do": "backward", "retain_graph": True}, {"scale_loss": 3}, "backward", "step"],
    ["zero_grad", "forward", "backward", {"scale_loss": 2}, "backward", "step"],
    [{"scale_loss": 2}, "forward", "backward", "step"],
    ["forward", {"scale_loss": 2}, "backward", every(2, "step"), every(2, "zero_grad")],
    ["zero_grad", "forward", "detach", "backward", "step"],
    ["zero_grad", "forward", "backward", "detach", "step"],
    ["zero_grad", "forward", "backward", "step", at(2, "detach"), at(3, "backward")],
    ["detach", "forward"],
    ["zero_grad", NO_GRAD, "backward", "step"],
    ["zero_grad", "forward", NO_GRAD, "step"],
    ["zero_grad", "forward", "backward", NO_GRAD, "step", "scheduler_step"],
    [at(2, "recreate_optimizer"), *CANONICAL, "scheduler_step"],
    ["recreate_optimizer", *CANONICAL, "scheduler_step"],
    ["zero_grad", "forward", "backward", "recreate_optimizer", "step", "scheduler_step"],
    [*CANONICAL, "recreate_optimizer"],
    [at(1, "save_state"), *CANONICAL, at(3, "load_state")],
    [at(0, "save_state"), *CANONICAL, at(2, "load_state"), at(4, "load_state")],
    ["zero_grad", "forward", "backward", "step", "save_state", at(2, "load_state")],
    ["load_state", *CANONICAL],
    [at(0, "save_state"), "zero_grad", "forward", at(2, "load_state"), "backward", "step"],
    ["save_state", *CANONICAL, "load_state"],
    [at(1, "save_state"), at(2, "recreate_optimizer"), *CANONICAL, "scheduler_step", at(3, "load_state")],
    [at(2, "step"), "zero_grad", "forward", "backward", "step"],
)


def freezing(names: list[str]) -> tuple[list[Line], ...]:
    one, all_of_them = [names[0]], names
    return (
        [at(2, "freeze", params=one), *CANONICAL],
        [at(2, "freeze", params=one), "zero_grad", "forward", "backward", "step", at(3, "unfreeze", params=one)],
        [at(2, "freeze", params=one), {"do": "zero_grad", "set_to_none": False}, "forward", "backward", "step"],
        ["forward", "backward", "step", at(2, "freeze", params=one)],
        [at(1, "freeze", params=all_of_them), *CANONICAL],
        ["zero_grad", "forward", at(2, "freeze", params=one), "backward", "step"],
        ["zero_grad", at(1, "freeze", params=one), "forward", at(1, "unfreeze", params=one), "backward", "step"],
        ["zero_grad", "forward", at(2, "freeze", params=all_of_them), "backward", "step"],
        [at(2, "add_param_group", group={"params": one, "lr": 0.5}), *CANONICAL],
    )


# The Linear layer that is exchanged, and the parameters of one that is added.
def layers(last: str, added: str) -> tuple[list[Line], ...]:
    group = {"params": [f"{added}.weight", f"{added}.bias"], "lr": 0.2}
    return (
        [at(2, "add_layer"), *CANONICAL],
        [at(2, "add_layer"), at(2, "add_param_group", group=group), *CANONICAL],
        [at(2, "add_layer"), at(2, "add_param_group", group=group), *CANONICAL, "scheduler_step"],
        [at(2, "add_layer"), at(2, "recreate_optimizer"), *CANONICAL, "scheduler_step"],
        [at(2, "add_layer"), at(3, "recreate_optimizer"), "forward", "backward", "step"],
        ["zero_grad", "forward", at(2, "add_layer"), "backward", "step"],
        [at(1, "add_layer"), at(3, "add_layer"), at(3, "recreate_optimizer"), *CANONICAL],
        [at(2, "replace_layer", layer="0"), *CANONICAL],
        [at(2, "replace_layer", layer=last), *CANONICAL],
        [at(2, "replace_layer", layer=last), at(2, "recreate_optimizer"), *CANONICAL],
        [at(2, "replace_layer", layer=last), at(3, "recreate_optimizer"), *CANONICAL],
        ["zero_grad", "forward", at(2, "replace_layer", layer="0"), "backward", "step"],
        ["forward", "backward", "step", at(2, "replace_layer", layer=last)],
        [{"replace_layer": "0"}, *CANONICAL],
        [at(1, "save_state"), at(2, "add_layer"), *CANONICAL, at(3, "load_state")],
        [at(1, "save_state"), at(2, "replace_layer", layer="0"), *CANONICAL, at(3, "load_state")],
        [at(2, "add_layer"), at(2, "add_param_group", group=group), at(3, "freeze", params=[f"{added}.weight"]), *CANONICAL],
        [at(2, "add_layer"), at(2, "add_param_group", group=group), at(3, "save_state"), *CANONICAL, at(4, "load_state")],
        [
            at(1, "save_state"),
            at(2, "add_layer"),
            at(2, "add_param_group", group=group),
            at(3, "recreate_optimizer"),
            *CANONICAL,
        ],
    )
