// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "core/export/scripts.hpp"

namespace steplab {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PytorchLoop, LinesAreTheDocuments) {
  EXPECT_THAT(script_of(bowl_with_loop(R"([
    {"do": "zero_grad", "set_to_none": false}, "forward", {"do": "backward", "retain_graph": true},
    "backward", {"clip_grad_norm": 0.5}, {"clip_grad_value": 2}, "step", "scheduler_step"])")),
              HasSubstr(R"(
for iteration in range(9):
    optimizer.zero_grad(set_to_none=False)
    loss = f(x, y)
    loss.backward(retain_graph=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_([x, y], max_norm=0.5)
    torch.nn.utils.clip_grad_value_([x, y], clip_value=2.0)
    optimizer.step()
    scheduler.step()
    print("SGD 0.1", iteration, loss.item())
)"));
}

TEST(PytorchLoop, LinesThatAreStruckOutAreLeftOut) {
  EXPECT_THAT(script_of(bowl_with_loop(
                  R"([{"do": "zero_grad", "enabled": false}, "forward", "backward", "step"])")),
              Not(HasSubstr("zero_grad")));
}

TEST(PytorchLoop, NeighboursThatRunEquallyOftenShareACondition) {
  EXPECT_THAT(script_of(bowl_with_loop(R"(["forward", "backward", {"do": "step", "every": 4},
    {"do": "zero_grad", "every": 4}, {"do": "backward", "every": 3}])")),
              HasSubstr(R"(
    loss.backward()
    if (iteration + 1) % 4 == 0:
        optimizer.step()
        optimizer.zero_grad()
    if (iteration + 1) % 3 == 0:
        loss.backward()
    print("SGD 0.1", iteration, loss.item())
)"));
}

TEST(PytorchLoop, ALossThatAStepComesBeforeIsComputedForThePrint) {
  for (const char* loop :
       {R"(["step", "zero_grad", "forward", "backward"])",
        R"([{"do": "forward", "every": 2}, "backward", "step"])", R"(["step"])"}) {
    EXPECT_THAT(script_of(bowl_with_loop(loop)),
                HasSubstr("    print(\"SGD 0.1\", iteration, f(x, y).item())\n"));
  }
}

TEST(PytorchLoop, ALossThatIsComputedAgainIsPrintedBefore) {
  EXPECT_THAT(script_of(bowl_with_loop(R"(["forward", "backward", "step", "forward"])")),
              HasSubstr(R"(
    loss = f(x, y)
    print("SGD 0.1", iteration, loss.item())
    loss.backward()
    optimizer.step()
    loss = f(x, y)
)"));
}

TEST(PytorchLoop, EditsHappenBeforeTheirIteration) {
  EXPECT_THAT(script_of(bowl(R"("steps": 50, "runs": [{"optimizer": {"name": "Adam"}}], "edits": [
    {"at": 5, "freeze": "x"}, {"at": 5, "set": {"lr": 0.5, "betas": [0, 0.5]}},
    {"at": 7, "unfreeze": "x"}])")),
              HasSubstr(R"(
    if iteration == 5:
        x.requires_grad_(False)
        optimizer.param_groups[0]["lr"] = 0.5
        optimizer.param_groups[0]["betas"] = (0.0, 0.5)
    if iteration == 7:
        x.requires_grad_(True)
    optimizer.zero_grad()
)"));
}

TEST(PytorchLoop, AnEditConcernsItsGroupOrEveryGroup) {
  EXPECT_THAT(script_of(bowl(R"("runs": [{"optimizer": {"name": "SGD"},
    "param_groups": [{"params": ["y"]}, {"params": ["x"], "lr": 0.001}]}], "edits": [
    {"at": 1, "set": {"lr": 0.5}}, {"at": 2, "set": {"momentum": 0.9}, "group": 1}])")),
              HasSubstr(R"(
    if iteration == 1:
        for group in optimizer.param_groups:
            group["lr"] = 0.5
    if iteration == 2:
        optimizer.param_groups[1]["momentum"] = 0.9
)"));
}

TEST(PytorchLoop, ClippingConcernsWhatTheOptimizerOwns) {
  EXPECT_THAT(script_of(bowl(R"("runs": [{"optimizer": {"name": "SGD"},
    "param_groups": [{"params": ["y"]}]}], "loop": ["forward", {"clip_grad_norm": 1}, "step"])")),
              HasSubstr("clip_grad_norm_([p for group in optimizer.param_groups for p in "
                        "group[\"params\"]], max_norm=1.0)"));
}

}  // namespace
}  // namespace steplab
