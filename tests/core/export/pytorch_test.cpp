// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "core/export/scripts.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Pytorch, AWholeScript) {
  EXPECT_EQ(script_of(R"({"version": 1, "steps": 20,
    "problem": {"kind": "surface", "formula": "x^2 + 3*y^2", "start": [1, -0.5]},
    "runs": [{"label": "First", "optimizer": {"name": "SGD", "lr": 0.1, "momentum": 0.9, "nesterov": false},
              "scheduler": {"name": "StepLR", "step_size": 5}}],
    "loop": ["zero_grad", "forward", "backward", "step", "scheduler_step"]})"),
            R"("""A surface, exported from StepLab for PyTorch 2.13."""

import torch


def f(x, y):
    return x**2 + 3 * y**2


x = torch.nn.Parameter(torch.tensor(1.0))
y = torch.nn.Parameter(torch.tensor(-0.5))
optimizer = torch.optim.SGD([x, y], lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=5)

for iteration in range(20):
    optimizer.zero_grad()
    loss = f(x, y)
    loss.backward()
    optimizer.step()
    scheduler.step()
    print("First", iteration, loss.item())
)");
}

TEST(Pytorch, OnlyTheLearningRateAndWhatDiffersIsWritten) {
  EXPECT_THAT(script_of(bowl(R"("runs": [{"optimizer": {"name": "Adam", "eps": 1e-8}}])")),
              HasSubstr("optimizer = torch.optim.Adam([x, y], lr=0.001)\n"));
  EXPECT_THAT(
      script_of(
          bowl(R"("runs": [{"optimizer": {"name": "Adam", "amsgrad": true, "betas": [0, 0.5]}}])")),
      HasSubstr(
          "optimizer = torch.optim.Adam([x, y], lr=0.001, betas=(0.0, 0.5), amsgrad=True)\n"));
}

TEST(Pytorch, EveryOptimizerOfTorchOptimIsExported) {
  for (const OptimizerInfo& info : optimizer_registry()) {
    if (info.pytorch_class.empty()) continue;
    const std::string script =
        script_of(bowl(R"("runs": [{"optimizer": {"name": ")" + std::string(info.name) + "\"}}]"));
    EXPECT_THAT(script, HasSubstr("optimizer = " + std::string(info.pytorch_class) + "([x, y]"));
  }
}

TEST(Pytorch, CountsNamesAndNoneAreWrittenAsPyTorchTakesThem) {
  const std::string lbfgs = script_of(bowl(R"("runs": [{"optimizer": {"name": "LBFGS", "lr": 0.5,
    "max_iter": 4, "max_eval": 6, "history_size": 10, "line_search_fn": "strong_wolfe"}}])"));
  for (const char* text : {"lr=0.5", "max_iter=4", "max_eval=6", "history_size=10",
                           "line_search_fn=\"strong_wolfe\"", "    optimizer.step(closure)\n"}) {
    EXPECT_THAT(lbfgs, HasSubstr(text));
  }
  EXPECT_THAT(script_of(bowl(R"("runs": [{"optimizer": {"name": "Adafactor", "lr": 0.1,
    "eps": [null, 0.01], "d": 2.5}}])")),
              HasSubstr("torch.optim.Adafactor([x, y], lr=0.1, eps=(None, 0.01), d=2.5)\n"));
  EXPECT_THAT(script_of(bowl(R"("runs": [{"optimizer": {"name": "Muon", "ns_steps": 6,
    "adjust_lr_fn": "original"}}])")),
              HasSubstr("lr=0.001, ns_steps=6, adjust_lr_fn=\"original\")\n"));
}

TEST(Pytorch, OptimizersBeyondTorchOptimBringTheirClass) {
  for (const OptimizerInfo& info : optimizer_registry()) {
    if (!info.pytorch_class.empty() || info.python.empty()) continue;
    const std::string name(info.name);
    const std::string run = "{\"optimizer\": {\"name\": \"" + name + "\"}}";
    const std::string script = script_of(bowl("\"runs\": [" + run + "," + run + "]"));
    const std::string definition = "class " + name + "(torch.optim.Optimizer):\n";
    const std::size_t first = script.find(definition);
    ASSERT_NE(first, script.npos) << name;
    EXPECT_EQ(script.find(definition, first + 1), script.npos) << name << " is defined twice";
    EXPECT_THAT(script, HasSubstr("optimizer = " + name + "([x, y]"));
  }
}

TEST(Pytorch, SchedulersHaveTheirListsAndFormulas) {
  const auto scheduler_line = [](std::string_view scheduler) {
    const std::string script = script_of(
        bowl(R"("runs": [{"optimizer": {"name": "SGD"}, "scheduler": )" + std::string(scheduler) +
             R"(}], "loop": ["forward", "backward", "step", "scheduler_step"])"));
    const std::size_t start = script.find("scheduler = ");
    return script.substr(start, script.find("\n\n", start) - start);
  };
  EXPECT_EQ(scheduler_line(R"({"name": "MultiStepLR", "milestones": [3, 8]})"),
            "scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=(3, 8))");
  EXPECT_EQ(scheduler_line(R"({"name": "LambdaLR", "lr_lambda": "sin(epoch) + 0.5^epoch"})"),
            "scheduler = torch.optim.lr_scheduler.LambdaLR(\n    optimizer,\n"
            "    lr_lambda=lambda epoch: math.sin(epoch) + 0.5**epoch,\n)");
  EXPECT_EQ(export_error_of(bowl(R"("runs": [{"optimizer": {"name": "SGD"},
    "scheduler": {"name": "LambdaLR", "lr_lambda": "0.5^step"}}])"))
                .path,
            "/runs/0/scheduler/lr_lambda");
  EXPECT_THAT(script_of(bowl(R"("runs": [{"optimizer": {"name": "SGD"},
    "scheduler": {"name": "ReduceLROnPlateau"}}], "loop": ["forward", "scheduler_step"])")),
              HasSubstr("    scheduler.step(loss)\n"));
}

TEST(Pytorch, AWrapperIsPutAroundTheOptimizerAfterItsScheduler) {
  const std::string script = script_of(bowl(R"("runs": [{"optimizer": {"name": "SGD"},
    "scheduler": {"name": "StepLR", "step_size": 2}, "wrapper": {"name": "SAM", "rho": 0.5}}],
    "loop": ["forward", "backward", "step"])"));
  EXPECT_THAT(script, HasSubstr("class SAM:\n"));
  EXPECT_THAT(script, HasSubstr(R"(
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2)
optimizer = SAM(optimizer, rho=0.5)

def closure():
    optimizer.zero_grad()
    loss = f(x, y)
    loss.backward()
    return loss


for iteration in range(500):
    loss = f(x, y)
    loss.backward()
    optimizer.step(closure)
)"));
  EXPECT_EQ(export_error_of(R"({"version": 1, "problem": {"kind": "recorded",
    "parameters": {"w": {"shape": [], "value": [1]}}, "gradients": [{"w": [1]}]},
    "runs": [{"optimizer": {"name": "SGD"}, "wrapper": {"name": "SAM"}}]})")
                .path,
            "/runs/0/optimizer/name");
}

TEST(Pytorch, SophiaGDrawsLabelsWhereTheModelPredictsThem) {
  const auto task = [](std::string_view loss, std::string_view wrapper) {
    return script_of(R"({"version": 1, "seed": 5, "problem": {"kind": "task",
      "data": {"name": "moons"}, "batch_size": 10, "model": {"hidden": []}, "loss": ")" +
                     std::string(loss) + R"("}, "runs": [{"optimizer": {"name": "SophiaG"})" +
                     std::string(wrapper) + "}]}");
  };
  const std::string script = task("cross_entropy", "");
  EXPECT_THAT(script, HasSubstr("def sampled_labels(outputs, iteration):\n"));
  EXPECT_THAT(script, HasSubstr("    z = (18446744073709551610 + (iteration + 1)"));
  EXPECT_THAT(script, HasSubstr(R"(
def sample_gradient():
    outputs = model(inputs)
    loss_fn(outputs, sampled_labels(outputs.detach(), iteration)).backward()


optimizer.sample_gradient = sample_gradient
for iteration)"));
  EXPECT_THAT(task("cross_entropy", R"(, "wrapper": {"name": "SAM"})"),
              HasSubstr("\noptimizer.optimizer.sample_gradient = sample_gradient\n"));
  EXPECT_THAT(task("mse", ""), Not(HasSubstr("def sample_gradient")));
  EXPECT_THAT(script_of(bowl(R"("runs": [{"optimizer": {"name": "SophiaG"}}])")),
              Not(HasSubstr("def sample_gradient")));
}

TEST(Pytorch, GroupsAndEditsSetAWrappersOptionsToo) {
  const std::string script = script_of(bowl(R"("runs": [{"optimizer": {"name": "SGD", "lr": 0.5},
    "wrapper": {"name": "SAM"}, "param_groups": [{"params": ["y"], "rho": 0.5}, {"params": ["x"]}]}],
    "edits": [{"at": 3, "set": {"rho": 0.25}, "group": 1}])"));
  EXPECT_THAT(script, HasSubstr(R"({"params": [y], "rho": 0.5},)"));
  EXPECT_THAT(script, HasSubstr(R"(        optimizer.param_groups[1]["rho"] = 0.25)"));
}

TEST(Pytorch, GroupsHaveTheirOptions) {
  EXPECT_THAT(script_of(bowl(R"("runs": [{"optimizer": {"name": "SGD", "lr": 0.5},
    "param_groups": [{"params": ["y"], "lr": 0.001}, {"params": ["x"]}]}])")),
              HasSubstr(R"(
optimizer = torch.optim.SGD(
    [
        {"params": [y], "lr": 0.001},
        {"params": [x]},
    ],
    lr=0.5,
)
)"));
}

TEST(Pytorch, RunsThatTrainAlikeShareAFunction) {
  const std::string script = script_of(bowl(R"("runs": [
    {"label": "a", "optimizer": {"name": "SGD", "lr": 0.1}},
    {"label": "b", "optimizer": {"name": "Adam"}},
    {"label": "c", "optimizer": {"name": "Adam"}, "loop": ["forward", "step"]},
    {"label": "d", "optimizer": {"name": "Adam"}, "scheduler": {"name": "StepLR", "step_size": 2}}])"));
  EXPECT_THAT(script, HasSubstr("def train(label, x, y, optimizer):\n    for iteration"));
  EXPECT_THAT(script, HasSubstr("def train_2(label, x, y, optimizer):\n    for iteration"));
  EXPECT_THAT(script, HasSubstr("def train_3(label, x, y, optimizer, scheduler):\n"));
  EXPECT_THAT(script, Not(HasSubstr("def train_4")));
  EXPECT_THAT(script, HasSubstr("\ntrain(\"a\", x, y, optimizer)\n"));
  EXPECT_THAT(script, HasSubstr("\ntrain(\"b\", x, y, optimizer)\n"));
  EXPECT_THAT(script, HasSubstr("\ntrain_2(\"c\", x, y, optimizer)\n"));
  EXPECT_THAT(script, HasSubstr("\ntrain_3(\"d\", x, y, optimizer, scheduler)\n"));
}

TEST(Pytorch, ALabelStaysALiteralOnOneLine) {
  const std::string script =
      script_of(bowl(R"("runs": [{"label": "\"\nimport os # \\", "optimizer": {"name": "SGD"}}])"));
  EXPECT_THAT(script, HasSubstr(R"(print("\"\x0aimport os # \\", iteration, loss.item()))"));
}

TEST(Pytorch, ATaskHasItsDataItsBatchesAndItsModel) {
  const std::string script = script_of(R"({"version": 1, "seed": 7, "problem": {"kind": "task",
    "data": {"name": "moons", "samples": 101, "noise": 0.25, "seed": 3, "test_fraction": 0.3},
    "model": {"hidden": [8], "activation": "tanh"}, "loss": "mse", "batch_size": 16},
    "runs": [{"optimizer": {"name": "SGD"}, "param_groups": [{"params": ["2.bias", "0.weight"]}]}]})");
  EXPECT_THAT(script, HasSubstr("import math\n\nimport torch\n"));
  EXPECT_THAT(script, HasSubstr("generator = torch.Generator().manual_seed(3)\n"));
  EXPECT_THAT(script, HasSubstr("share = (i // 2) / 50\n"));
  EXPECT_THAT(script, HasSubstr("points = (points + 0.25 * torch.stack(noise)).float()\n"));
  EXPECT_THAT(script, HasSubstr("kept = torch.randperm(n, generator=generator)[30:]"));
  EXPECT_THAT(script, HasSubstr("y = 2.0 * labels[:, None] - 1.0\n"));
  EXPECT_THAT(script, HasSubstr("    z = (7 + (epoch + 1) * 0x9E3779B97F4A7C15) % 2**64\n"));
  EXPECT_THAT(script, HasSubstr(R"(
def make_model():
    torch.manual_seed(7)
    return torch.nn.Sequential(
        torch.nn.Linear(2, 8),
        torch.nn.Tanh(),
        torch.nn.Linear(8, 1),
    )
)"));
  EXPECT_THAT(script, HasSubstr("{\"params\": [model[2].bias, model[0].weight]},\n"));
  EXPECT_THAT(script, HasSubstr("    loss = loss_fn(model(inputs), targets)\n"));
}

TEST(Pytorch, ATaskHasTheMistakesThatItsDocumentMakes) {
  const std::string script = script_of(R"({"version": 1, "problem": {"kind": "task",
    "data": {"name": "blobs", "samples": 30, "seed": 3, "shuffle_labels": true, "scale": 50},
    "model": {"hidden": [2], "init": "ones"}, "loss": "cross_entropy_of_softmax"},
    "runs": [{"optimizer": {"name": "SGD"}}]})");
  EXPECT_THAT(script,
              HasSubstr("points = ((points + 0.1 * torch.stack(noise)) * torch.tensor([1.0, "
                        "50.0], dtype=torch.float64)).float()\n"));
  EXPECT_THAT(script, HasSubstr("labels = labels[torch.randperm(30, "
                                "generator=torch.Generator().manual_seed(3))]\n"));
  EXPECT_THAT(script, HasSubstr("    for parameter in model.parameters():\n"
                                "        torch.nn.init.ones_(parameter)\n"
                                "    return model\n"));
  EXPECT_THAT(script, HasSubstr("loss_fn(torch.softmax(model(inputs), dim=1), targets)"));
}

TEST(Pytorch, TheDigitsComeFromScikitLearn) {
  const std::string script = script_of(R"({"version": 1, "problem": {"kind": "task",
    "data": {"name": "digits"}}, "runs": [{"optimizer": {"name": "SGD"}}]})");
  EXPECT_THAT(script, HasSubstr("import sklearn.datasets\nimport torch\n"));
  EXPECT_THAT(script, HasSubstr("torch.nn.Linear(64, 10)"));
  EXPECT_THAT(script, HasSubstr("kept = order[359:]"));
}

TEST(Pytorch, RecordedGradientsAreLiteralsAndNoneIsLeftOut) {
  const std::string script = script_of(R"({"version": 1, "problem": {"kind": "recorded",
    "parameters": {"w": {"shape": [2, 2], "value": [1, 2.5, -3, 0.1]}, "b": {"shape": [], "value": [-0.0]}},
    "gradients": [{"w": [0, 0, 1e-30, 4], "b": null}, {"b": [1]}, {}]},
    "runs": [{"optimizer": {"name": "SGD"}}]})");
  EXPECT_THAT(script,
              HasSubstr(
                  R"(        "w": torch.nn.Parameter(torch.tensor([[1.0, 2.5], [-3.0, 0.1]])),
        "b": torch.nn.Parameter(torch.tensor(-0.0)),
)"));
  EXPECT_THAT(script, HasSubstr(R"(
    {
        "w": torch.tensor([[0.0, 0.0], [1e-30, 4.0]]),
    },
    {
        "b": torch.tensor(1.0),
    },
    {
    },
]
)"));
  EXPECT_THAT(script, HasSubstr(R"(
    recorded = gradients[iteration % len(gradients)]
    for name, gradient in recorded.items():
        parameters[name].backward(gradient)
    optimizer.step()
    print("SGD", iteration, [p.tolist() for p in parameters.values()])
)"));
}

TEST(Pytorch, FrozenParametersGetNoRecordedGradient) {
  EXPECT_THAT(script_of(R"({"version": 1, "problem": {"kind": "recorded",
    "parameters": {"w": {"shape": [], "value": [1]}}, "gradients": [{"w": [1]}]},
    "runs": [{"optimizer": {"name": "SGD"}}], "edits": [{"at": 3, "freeze": "w"}]})"),
              HasSubstr(R"(
        parameters["w"].requires_grad_(False)
    optimizer.zero_grad()
    recorded = gradients[iteration % len(gradients)]
    for name, gradient in recorded.items():
        if parameters[name].requires_grad:
            parameters[name].backward(gradient)
)"));
}

TEST(Pytorch, ErrorsNameThePath) {
  const auto path = [](std::string_view members) { return export_error_of(bowl(members)).path; };
  EXPECT_EQ(path(R"("runs": [{"optimizer": {"name": "Sgd"}}])"), "/runs/0/optimizer/name");
  EXPECT_EQ(
      path(
          R"("runs": [{"optimizer": {"name": "SGD"}}, {"optimizer": {"name": "SGD", "speed": 1}}])"),
      "/runs/1/optimizer/speed");
  EXPECT_EQ(path(R"("runs": [{"optimizer": {"name": "SGD"}, "scheduler": {"name": "Step"}}])"),
            "/runs/0/scheduler/name");
  EXPECT_EQ(
      path(R"("runs": [{"optimizer": {"name": "SGD"}, "param_groups": [{"params": ["x", "z"]}]}])"),
      "/runs/0/param_groups/0/params/1");
  EXPECT_EQ(
      path(
          R"("runs": [{"optimizer": {"name": "SGD"}, "param_groups": [{"params": ["x"], "speed": 1}]}])"),
      "/runs/0/param_groups/0/speed");
  EXPECT_EQ(
      path(R"("runs": [{"optimizer": {"name": "SGD"}}], "edits": [{"at": 0, "freeze": "z"}])"),
      "/edits/0/freeze");
  EXPECT_EQ(
      path(
          R"("runs": [{"optimizer": {"name": "SGD"}}], "edits": [{"at": 0, "set": {"speed": 1}}])"),
      "/edits/0/set/speed");
  EXPECT_EQ(export_error_of(R"({"version": 1, "problem": {"kind": "surface", "formula": "x +"},
                               "runs": [{"optimizer": {"name": "SGD"}}]})")
                .path,
            "/problem/formula");
}

TEST(Pytorch, AnAverageFollowsEveryStepOrThoseThatAreDue) {
  const std::string race = script_of(bowl(R"("steps": 9, "runs": [
    {"optimizer": {"name": "SGD"}, "average": {"name": "EMA", "decay": 0.9}},
    {"optimizer": {"name": "SGD"}, "average": {"name": "SWA", "start": 4, "every": 2}},
    {"optimizer": {"name": "SGD"}}])"));
  EXPECT_THAT(race, HasSubstr(R"(
def train(label, x, y, optimizer, averaged):
    for iteration in range(9):
        optimizer.zero_grad()
        loss = f(x, y)
        loss.backward()
        optimizer.step()
        averaged.update_parameters(torch.nn.ParameterList([x, y]))
        print(label, iteration, loss.item())
    print(label, "averaged", f(*averaged.module).item())
)"));
  EXPECT_THAT(race, HasSubstr(R"(
averaged = torch.optim.swa_utils.AveragedModel(
    torch.nn.ParameterList([x, y]),
    avg_fn=torch.optim.swa_utils.get_ema_avg_fn(0.9),
)
)"));
  EXPECT_THAT(race, HasSubstr(R"(
        steps += 1
        if steps > 4 and (steps - 4) % 2 == 0:
            averaged.update_parameters()"));
  EXPECT_THAT(race, HasSubstr("\ndef train_3(label, x, y, optimizer):\n"));
}

TEST(Pytorch, AModelsAverageIsJudgedOnTheNextMiniBatch) {
  EXPECT_THAT(script_of(R"({"version": 1, "steps": 5, "problem": {"kind": "task",
    "data": {"name": "moons"}, "model": {"hidden": [4]}},
    "runs": [{"optimizer": {"name": "SGD"}, "average": {"name": "SWA", "every": 3}}]})"),
              HasSubstr(R"(
averaged = torch.optim.swa_utils.AveragedModel(model)

steps = 0
for iteration in range(5):
    inputs, targets = batch(iteration)
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.step()
    steps += 1
    if steps % 3 == 0:
        averaged.update_parameters(model)
    print("SGD", iteration, loss.item())
inputs, targets = batch(5)
print("SGD", "averaged", loss_fn(averaged(inputs), targets).item())
)"));
}

TEST(Pytorch, RefusesAnAverageThatIsNone) {
  const Error unknown = export_error_of(
      bowl(R"("runs": [{"optimizer": {"name": "SGD"}, "average": {"name": "EWA"}}])"));
  EXPECT_EQ(unknown.path, "/runs/0/average/name");
  const Error wrong = export_error_of(
      bowl(R"("runs": [{"optimizer": {"name": "SGD"}, "average": {"name": "EMA", "decay": 2}}])"));
  EXPECT_EQ(wrong.path, "/runs/0/average/decay");
}

}  // namespace
}  // namespace steplab
