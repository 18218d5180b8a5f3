// SPDX-License-Identifier: MIT
// A task as Python: the same points from the same random numbers, the same weights, the same
// mini-batches. Our generator is PyTorch's (base/random.hpp), so that torch draws them all again.
#include <algorithm>
#include <array>
#include <cmath>

#include "export/python_problem.hpp"
#include "steplab/base/number_text.hpp"

namespace steplab::python {
namespace {

// The lines that place n samples without noise, as core/src/problem/toy_data.cpp does.
struct ToyScript {
  std::string_view name;
  std::string_view title;
  std::size_t classes;
  std::vector<std::string_view> points;
};

const std::array<ToyScript, 4>& toy_scripts() {
  static const std::array<ToyScript, 4> kScripts{{
      {"moons",
       "Two moons",
       2,
       {"angle = math.pi * share",
        "moon = torch.stack([0.8 * angle.cos() - 0.4, 0.8 * angle.sin() - 0.2], dim=1)",
        "points = torch.where(labels[:, None] == 0, moon, -moon)"}},
      {"circles",
       "Two circles",
       2,
       {"angle = 2 * math.pi * i / n", "radius = 1.2 - 0.6 * (i % 2)",
        "points = radius[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)"}},
      {"spirals",
       "Two spirals",
       2,
       {"angle = 2.5 * math.pi * share + math.pi * (i % 2)", "radius = 0.15 + 1.15 * share",
        "points = radius[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)"}},
      {"blobs",
       "Three blobs",
       3,
       {"centres = torch.tensor([[-0.9, -0.6], [0.9, -0.6], [0.0, 0.9]], dtype=torch.float64)",
        "points = centres[labels]"}},
  }};
  return kScripts;
}

constexpr std::size_t kDigits = 1797;
constexpr std::size_t kPixels = 64;
constexpr std::size_t kDigitClasses = 10;

std::size_t held_out(std::size_t samples, double test_fraction) {
  const double share = std::floor(static_cast<double>(samples) * test_fraction + 0.5);
  return std::clamp<std::size_t>(static_cast<std::size_t>(share), 1, samples - 1);
}

// Every sample gets another one's label.
std::string shuffled_labels(const std::string& labels, const std::string& n, std::uint64_t seed) {
  return "labels = " + labels + "[torch.randperm(" + n +
         ", generator=torch.Generator().manual_seed(" + std::to_string(seed) + "))]";
}

// With the second feature in another unit.
std::string scaled(const std::string& points, double scale) {
  if (scale == 1.0) return points;
  return "(" + points + " * torch.tensor([1.0, " + python_number_text(scale) +
         "], dtype=torch.float64))";
}

Lines toy_data(const ToyScript& toy, const DataSpec& data) {
  const std::string n = std::to_string(data.samples);
  const std::string classes = std::to_string(toy.classes);
  const std::size_t per_class = (data.samples + toy.classes - 1) / toy.classes;
  Lines lines{"# The points, drawn as StepLab draws them.", "n = " + n,
              "generator = torch.Generator().manual_seed(" + std::to_string(data.seed) + ")",
              "i = torch.arange(n, dtype=torch.float64)", "labels = torch.arange(n) % " + classes};
  const bool uses_share = toy.name == "moons" || toy.name == "spirals";
  if (uses_share) {
    lines.push_back("share = (i // " + classes + ") / " + std::to_string(per_class - 1));
  }
  for (const std::string_view line : toy.points) lines.emplace_back(line);
  const std::string test = std::to_string(held_out(data.samples, data.test_fraction));
  append(lines,
         {"noise = [torch.randn(2, dtype=torch.float64, generator=generator) for _ in range(n)]",
          "points = " +
              scaled("(points + " + python_number_text(data.noise) + " * torch.stack(noise))",
                     data.scale) +
              ".float()"});
  if (data.shuffle_labels) lines.push_back(shuffled_labels("labels", n, data.seed));
  append(lines, {"kept = torch.randperm(n, generator=generator)[" + test +
                     ":]  # the others are for testing",
                 "x, labels = points[kept], labels[kept]"});
  return lines;
}

Lines digits_data(const DataSpec& data) {
  const std::string test = std::to_string(held_out(kDigits, data.test_fraction));
  return {"digits = sklearn.datasets.load_digits()",
          "order = torch.randperm(1797, generator=torch.Generator().manual_seed(1998))",
          "kept = order[" + test + ":]  # the others are for testing",
          "x = torch.tensor(digits.data / 16, dtype=torch.float32)[kept]",
          data.shuffle_labels
              ? shuffled_labels("torch.tensor(digits.target)", "1797", 1998) + "[kept]"
              : "labels = torch.tensor(digits.target)[kept]"};
}

// Targets of the loss, and the loss.
Lines loss_lines(const std::string& loss, std::size_t classes) {
  if (loss != "mse") return {"y = labels", "loss_fn = torch.nn.CrossEntropyLoss()"};
  const std::string targets =
      classes == 2 ? "2.0 * labels[:, None] - 1.0"
                   : "torch.nn.functional.one_hot(labels, " + std::to_string(classes) + ").float()";
  return {"y = " + targets, "loss_fn = torch.nn.MSELoss()"};
}

// The batches of problem/batch_sampler.cpp.
Lines batch_function(std::size_t batch_size, std::uint64_t seed) {
  const std::string size = std::to_string(batch_size);
  return {
      "def batch(iteration):",
      "    # Every epoch is a permutation of its own.",
      "    epoch, place = divmod(iteration, len(x) // " + size + ")",
      "    z = (" + std::to_string(seed) + " + (epoch + 1) * 0x9E3779B97F4A7C15) % 2**64",
      "    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64",
      "    z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64",
      "    generator = torch.Generator().manual_seed((z ^ z >> 31) >> 32)",
      "    order = torch.randperm(len(x), generator=generator)",
      "    rows = order[" + size + " * place : " + size + " * (place + 1)]",
      "    return x[rows], y[rows]",
  };
}

// The draws of problem/label_sampler.cpp.
Lines label_sampler_function(std::uint64_t seed) {
  return {
      "def sampled_labels(outputs, iteration):",
      "    # Every mini-batch has random numbers of its own.",
      "    z = (" + std::to_string(~seed) + " + (iteration + 1) * 0x9E3779B97F4A7C15) % 2**64",
      "    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64",
      "    z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64",
      "    generator = torch.Generator().manual_seed((z ^ z >> 31) >> 32)",
      "    draws = torch.rand(len(outputs), 1, generator=generator)",
      "    return (draws >= outputs.softmax(dim=1).cumsum(dim=1)[:, :-1]).sum(dim=1)",
  };
}

std::string activation_class(const std::string& name) {
  if (name == "relu") return "torch.nn.ReLU()";
  if (name == "tanh") return "torch.nn.Tanh()";
  if (name == "sigmoid") return "torch.nn.Sigmoid()";
  return "torch.nn.Identity()";
}

Lines model_function(const std::vector<std::size_t>& widths, const std::string& activation,
                     const std::string& init, std::uint64_t seed) {
  Lines modules;
  for (std::size_t layer = 0; layer + 1 < widths.size(); ++layer) {
    if (layer > 0) modules.push_back(activation);
    modules.push_back("torch.nn.Linear(" + std::to_string(widths[layer]) + ", " +
                      std::to_string(widths[layer + 1]) + ")");
  }
  Lines lines{"def make_model():", "    torch.manual_seed(" + std::to_string(seed) + ")"};
  if (init == "pytorch") {
    append(lines, call("return torch.nn.Sequential", modules), 1);
    return lines;
  }
  append(lines, call("model = torch.nn.Sequential", modules), 1);
  append(lines, {"    for parameter in model.parameters():",
                 "        torch.nn.init." + init + "_(parameter)", "    return model"});
  return lines;
}

}  // namespace

Result<ProblemScript> task_script(const TaskSpec& task, std::uint64_t seed) {
  ProblemScript script;
  std::size_t features = 2;
  std::size_t classes = 0;
  if (task.data.name == "digits") {
    script.title = "Handwritten digits";
    features = kPixels;
    classes = kDigitClasses;
    script.definitions = digits_data(task.data);
  } else {
    for (const ToyScript& toy : toy_scripts()) {
      if (toy.name != task.data.name) continue;
      script.title = toy.title;
      classes = toy.classes;
      script.definitions = toy_data(toy, task.data);
    }
  }
  if (classes == 0) {
    return Error{ErrorCode::kInvalidExperiment, "/problem/data/name",
                 "\"" + task.data.name + "\" cannot be exported to PyTorch"};
  }

  std::vector<std::size_t> widths{features};
  widths.insert(widths.end(), task.model.hidden.begin(), task.model.hidden.end());
  widths.push_back(task.loss == "mse" && classes == 2 ? 1 : classes);
  append(script.definitions, loss_lines(task.loss, classes));
  append(script.definitions, {"", ""});
  append(script.definitions, batch_function(task.batch_size, seed));
  append(script.definitions, {"", ""});
  script.activation = activation_class(task.model.activation);
  append(script.definitions, model_function(widths, script.activation, task.model.init, seed));

  script.start = {"model = make_model()"};
  script.variables = "model";
  script.parameters = "model.parameters()";
  script.iteration = {"inputs, targets = batch(iteration)"};
  script.loss = task.loss == "cross_entropy_of_softmax"
                    ? "loss_fn(torch.softmax(model(inputs), dim=1), targets)"
                    : "loss_fn(model(inputs), targets)";
  script.forward = {"loss = " + script.loss};
  script.shown = "loss.item()";
  if (task.loss == "cross_entropy") {
    script.label_sampler = label_sampler_function(seed);
    script.sampled_loss = "loss_fn(outputs, sampled_labels(outputs.detach(), iteration))";
  }
  for (std::size_t layer = 0; layer + 1 < widths.size(); ++layer) {
    const std::string place = std::to_string(2 * layer);
    for (const char* kind : {"weight", "bias"}) {
      script.names.emplace_back(place + "." + kind, "model[" + place + "]." + kind);
    }
  }
  return script;
}

}  // namespace steplab::python
