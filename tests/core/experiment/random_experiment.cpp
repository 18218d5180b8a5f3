// SPDX-License-Identifier: MIT
#include "core/experiment/random_experiment.hpp"

#include <cmath>
#include <limits>

#include "steplab/base/random.hpp"

namespace steplab {
namespace {

class Drawer {
 public:
  explicit Drawer(std::uint64_t seed) : random_(seed) {}

  Experiment experiment() {
    Experiment drawn;
    drawn.seed = chance() ? 0 : (std::uint64_t{below(1u << 21)} << 32) + random_.next();
    drawn.steps = 1 + below(1'000'000);
    switch (below(3)) {
      case 0:
        drawn.problem = surface();
        break;
      case 1:
        drawn.problem = task();
        break;
      default:
        drawn.problem = recorded();
    }
    is_task_ = std::holds_alternative<TaskSpec>(drawn.problem);
    is_recorded_ = std::holds_alternative<RecordedSpec>(drawn.problem);
    const std::size_t runs = 1 + below(4);
    for (std::size_t i = 0; i < runs; ++i) drawn.runs.push_back(run(i));
    if (chance()) drawn.loop = loop();
    std::size_t at = 0;
    for (std::uint32_t i = below(4); i > 0; --i) {
      at += below(50);
      drawn.edits.push_back(edit(at, runs));
    }
    return drawn;
  }

 private:
  std::uint32_t below(std::uint32_t bound) { return random_.below(bound); }
  bool chance() { return below(2) == 1; }
  template <class T, std::size_t size>
  T pick(const T (&choices)[size]) {
    return choices[below(size)];
  }

  // Doubles of every sort: whole, decimal, tiny, with all their bits, and minus zero.
  double number(double largest) {
    const double unit = random_.next() / 4294967296.0 + random_.next() / 18446744073709551616.0;
    switch (below(5)) {
      case 0:
        return std::floor(unit * largest);
      case 1:
        return std::floor(unit * 1000) / 1000 * largest;
      case 2:
        return unit * largest * 1e-12;
      case 3:
        return chance() ? 0.0 : -0.0;
      default:
        return unit * largest;
    }
  }

  double coordinate() { return chance() ? number(1e6) : -number(1e6); }

  std::string name() {
    static const std::string kAlphabet = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_";
    std::string drawn;
    for (std::uint32_t length = 1 + below(12); length > 0; --length) {
      drawn += kAlphabet[below(static_cast<std::uint32_t>(kAlphabet.size()))];
    }
    return drawn;
  }

  SurfaceSpec surface() {
    SurfaceSpec drawn;
    if (chance()) {
      drawn.name = pick({"rosenbrock", "plateau", "styblinski_tang"});
    } else {
      drawn.formula = pick({"x", "(1 - x)^2 + 100 * (y - x^2)^2", "\"quoted\" \\ \t θ"});
    }
    if (chance()) drawn.start = {coordinate(), coordinate()};
    if (chance()) {
      const double left = -1 - number(100);
      const double low = -1 - number(100);
      drawn.view = {left, number(100) + 0.5, low, number(100) + 0.5};
    }
    return drawn;
  }

  TaskSpec task() {
    TaskSpec drawn;
    drawn.data.name = pick({"moons", "circles", "spirals", "blobs", "digits"});
    if (drawn.data.name != "digits") {
      drawn.data.samples = 10 + below(9991);
      drawn.data.noise = std::fabs(number(2));
      drawn.data.seed = random_.next();
      if (chance()) drawn.data.scale = number(1000);
    }
    drawn.data.shuffle_labels = chance();
    if (chance()) drawn.data.test_fraction = 0.01 + std::fabs(number(0.8));
    for (std::uint32_t layers = below(9); layers > 0; --layers) {
      drawn.model.hidden.push_back(1 + below(1024));
    }
    drawn.model.activation = pick({"relu", "tanh", "sigmoid", "identity"});
    drawn.model.init = pick({"pytorch", "zeros", "ones"});
    drawn.loss = pick({"cross_entropy", "mse", "cross_entropy_of_softmax"});
    drawn.batch_size = chance() ? 32 : 1 + below(4096);
    return drawn;
  }

  std::vector<float> elements(std::size_t count) {
    std::vector<float> drawn;
    for (std::size_t i = 0; i < count; ++i) {
      const double scale = pick({1.0, 1e-38, 1e38, 1e-45});
      drawn.push_back(static_cast<float>(coordinate() * 1e-6 * scale));
    }
    return drawn;
  }

  RecordedSpec recorded() {
    RecordedSpec drawn;
    const std::uint32_t count = 1 + below(4);
    for (std::uint32_t i = 0; i < count; ++i) {
      Shape shape;
      for (std::uint32_t axes = below(3); axes > 0; --axes) shape.push_back(1 + below(4));
      const std::size_t size = element_count(shape);
      drawn.parameters.push_back({std::to_string(i) + "." + name(), shape, elements(size)});
    }
    for (std::uint32_t steps = 1 + below(4); steps > 0; --steps) {
      auto& row = drawn.gradients.emplace_back();
      for (const auto& parameter : drawn.parameters) {
        row.push_back(chance() ? std::optional(gradient(parameter)) : std::nullopt);
      }
    }
    return drawn;
  }

  RecordedSpec::Gradient gradient(const RecordedSpec::Parameter& parameter) {
    if (parameter.shape.empty() || chance()) return elements(parameter.value.size());
    RecordedRows slices;
    for (std::size_t i = below(5); i > 0; --i) {
      slices.rows.push_back(below(static_cast<std::uint32_t>(parameter.shape[0])));
    }
    slices.values = elements(slices.rows.size() * slice_size(parameter.shape));
    return slices;
  }

  HyperValue option() {
    switch (below(5)) {
      case 0:
        return std::monostate{};
      case 1:
        return chance();
      case 2:
        return std::vector<double>{coordinate(), number(1)};
      case 3:
        return name();
      default:
        return coordinate();
    }
  }

  // Names are numbered, because two options of one name would be a duplicate key.
  HyperValues options(std::uint32_t least) {
    HyperValues drawn;
    const std::uint32_t count = least + below(3);
    for (std::uint32_t i = 0; i < count; ++i) {
      drawn.emplace_back("o" + std::to_string(i) + name(), option());
    }
    if (chance()) drawn.emplace_back("lr", number(1));
    return drawn;
  }

  std::vector<Instruction> loop() {
    std::vector<Instruction> drawn;
    for (std::uint32_t lines = 1 + below(8); lines > 0; --lines) {
      Instruction line;
      line.kind = static_cast<InstructionKind>(below(17));
      // A problem without a model has no layers, one without a loss does nothing to it.
      const bool changes_layers =
          line.kind == InstructionKind::kAddLayer || line.kind == InstructionKind::kReplaceLayer;
      const bool concerns_loss =
          line.kind == InstructionKind::kScaleLoss || line.kind == InstructionKind::kDetach;
      if ((changes_layers && !is_task_) || (concerns_loss && is_recorded_)) {
        line.kind = InstructionKind::kRecreateOptimizer;
      }
      if (chance()) line.enabled = chance();
      if (chance()) {
        line.every = 1 + below(10);
      } else if (chance()) {
        line.at = below(100);
      }
      if (line.kind == InstructionKind::kForward) line.no_grad = chance();
      if (line.kind == InstructionKind::kScaleLoss) line.divisor = 1 + below(100);
      if (line.kind == InstructionKind::kReplaceLayer) line.layer = std::to_string(2 * below(9));
      if (line.kind == InstructionKind::kAddParamGroup) line.group = {{name()}, options(0)};
      if (line.kind == InstructionKind::kFreeze || line.kind == InstructionKind::kUnfreeze) {
        line.group.params = {"0." + name(), "1." + name()};
      }
      if (line.kind == InstructionKind::kZeroGrad) line.set_to_none = chance();
      if (line.kind == InstructionKind::kBackward) line.retain_graph = chance();
      const bool clips = line.kind == InstructionKind::kClipGradNorm ||
                         line.kind == InstructionKind::kClipGradValue;
      if (clips) line.limit = std::fabs(number(10));
      if (line.kind == InstructionKind::kClipGradNorm && chance()) {
        line.norm_type = chance() ? std::numeric_limits<double>::infinity() : 1 + below(5);
        line.error_if_nonfinite = chance();
      }
      drawn.push_back(line);
    }
    return drawn;
  }

  SchedulerSpec scheduler(int depth) {
    if (depth == 0 || chance()) return {"StepLR", options(1), {}};
    SchedulerSpec drawn{"SequentialLR", {}, {scheduler(depth - 1)}};
    std::vector<double> milestones;
    while (chance()) {
      drawn.schedulers.push_back(scheduler(depth - 1));
      milestones.push_back(below(100));
    }
    drawn.options.emplace_back("milestones", milestones);
    return drawn;
  }

  RunSpec run(std::size_t index) {
    RunSpec drawn;
    drawn.optimizer = {pick({"SGD", "Adam", "Adagrad"}), options(0)};
    // Labels are numbered, because a parsed experiment has no two alike.
    drawn.label = chance() ? "θ \"" + name() + "\" " + std::to_string(index)
                           : drawn.optimizer.name + std::string(index + 1, '\'');
    for (std::uint32_t groups = below(3); groups > 0; --groups) {
      drawn.param_groups.push_back({{std::to_string(groups) + name()}, options(0)});
    }
    if (chance()) drawn.wrapper = NamedSpec{"Lookahead", options(1)};
    for (std::uint32_t count = below(4); count > 0; --count) {
      drawn.schedulers.push_back(scheduler(2));
    }
    if (chance()) drawn.average = NamedSpec{"EMA", options(1)};
    if (chance()) drawn.loop = loop();
    return drawn;
  }

  Edit edit(std::size_t at, std::size_t runs) {
    Edit drawn;
    drawn.at = at;
    if (chance()) drawn.run = below(static_cast<std::uint32_t>(runs));
    switch (below(4)) {
      case 0:
        drawn.action = Edit::Freeze{name()};
        break;
      case 1:
        drawn.action = Edit::Unfreeze{name()};
        break;
      case 2:
        drawn.action = Edit::Loop{loop()};
        break;
      default:
        drawn.action =
            Edit::Set{options(1), chance() ? std::optional<std::size_t>(0) : std::nullopt};
    }
    return drawn;
  }

  Generator random_;
  bool is_task_ = false;
  bool is_recorded_ = false;
};

}  // namespace

Experiment random_experiment(std::uint64_t seed) { return Drawer(seed).experiment(); }

}  // namespace steplab
