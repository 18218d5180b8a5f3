// SPDX-License-Identifier: MIT
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

#include "experiment/labels.hpp"
#include "steplab/base/number_text.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab {
namespace {

class ExperimentWriter {
 public:
  std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

  void write(const Experiment& experiment) {
    const Experiment defaults;
    writer_.StartObject();
    integer("version", 1);
    if (experiment.seed != defaults.seed) integer("seed", experiment.seed);
    if (experiment.steps != defaults.steps) integer("steps", experiment.steps);
    key("problem");
    std::visit([this](const auto& problem) { write(problem); }, experiment.problem);
    array("runs", experiment.runs);
    if (!is_canonical(experiment.loop)) array("loop", experiment.loop);
    if (!experiment.edits.empty()) array("edits", experiment.edits);
    writer_.EndObject();
  }

  void write(const std::vector<Instruction>& loop) { elements(loop); }

 private:
  void key(std::string_view name) {
    writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
  void write(const std::string& text) {
    writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }
  void write(std::string_view text) {
    writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }
  void write(std::size_t value) { writer_.Uint64(value); }
  void write(std::uint32_t value) { writer_.Uint(value); }
  // NaN is None within a tuple of numbers.
  void write(double value) { std::isnan(value) ? void(writer_.Null()) : raw(number_text(value)); }
  void write(float value) { raw(number_text(value)); }
  void raw(const std::string& number) {
    writer_.RawValue(number.data(), number.size(), rapidjson::kNumberType);
  }

  void integer(std::string_view name, std::uint64_t value) {
    key(name);
    writer_.Uint64(value);
  }
  void flag(std::string_view name, bool value) {
    key(name);
    writer_.Bool(value);
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    write(value);
  }
  void number(std::string_view name, double value) {
    key(name);
    write(value);
  }
  template <class Items>
  void array(std::string_view name, const Items& items) {
    key(name);
    elements(items);
  }
  template <class Items>
  void elements(const Items& items) {
    writer_.StartArray();
    for (const auto& item : items) write(item);
    writer_.EndArray();
  }

  void write(const SurfaceSpec& surface) {
    writer_.StartObject();
    text("kind", "surface");
    if (!surface.name.empty()) text("name", surface.name);
    if (!surface.formula.empty()) text("formula", surface.formula);
    if (surface.start) array("start", *surface.start);
    if (surface.view) array("view", *surface.view);
    writer_.EndObject();
  }

  void write(const TaskSpec& task) {
    const TaskSpec defaults;
    writer_.StartObject();
    text("kind", "task");
    key("data");
    write(task.data);
    const bool says_model = !task.model.hidden.empty() ||
                            task.model.activation != defaults.model.activation ||
                            task.model.init != defaults.model.init;
    if (says_model) {
      key("model");
      write(task.model);
    }
    if (task.loss != defaults.loss) text("loss", task.loss);
    if (task.batch_size != defaults.batch_size) integer("batch_size", task.batch_size);
    writer_.EndObject();
  }

  void write(const DataSpec& data) {
    const DataSpec defaults;
    writer_.StartObject();
    text("name", data.name);
    if (data.samples != defaults.samples) integer("samples", data.samples);
    if (data.noise != defaults.noise) number("noise", data.noise);
    if (data.seed != defaults.seed) integer("seed", data.seed);
    if (data.test_fraction != defaults.test_fraction) {
      number("test_fraction", data.test_fraction);
    }
    if (data.shuffle_labels) flag("shuffle_labels", true);
    if (data.scale != defaults.scale) number("scale", data.scale);
    writer_.EndObject();
  }

  void write(const ModelSpec& model) {
    const ModelSpec defaults;
    writer_.StartObject();
    if (!model.hidden.empty()) array("hidden", model.hidden);
    if (model.activation != defaults.activation) text("activation", model.activation);
    if (model.init != defaults.init) text("init", model.init);
    writer_.EndObject();
  }

  void write(const RecordedSpec& recorded) {
    writer_.StartObject();
    text("kind", "recorded");
    key("parameters");
    writer_.StartObject();
    for (const RecordedSpec::Parameter& parameter : recorded.parameters) {
      key(parameter.name);
      writer_.StartObject();
      array("shape", parameter.shape);
      array("value", parameter.value);
      writer_.EndObject();
    }
    writer_.EndObject();
    key("gradients");
    writer_.StartArray();
    for (const auto& step : recorded.gradients) {
      writer_.StartObject();
      for (std::size_t p = 0; p < step.size(); ++p) {
        if (!step[p]) continue;
        key(recorded.parameters[p].name);
        std::visit([this](const auto& gradient) { write(gradient); }, *step[p]);
      }
      writer_.EndObject();
    }
    writer_.EndArray();
    writer_.EndObject();
  }

  void write(const std::vector<float>& gradient) { elements(gradient); }
  void write(const RecordedRows& gradient) {
    writer_.StartObject();
    array("rows", gradient.rows);
    array("values", gradient.values);
    writer_.EndObject();
  }

  void write(const HyperValue& value) {
    if (const auto* numbers = std::get_if<std::vector<double>>(&value)) return elements(*numbers);
    if (const auto* flag = std::get_if<bool>(&value)) return void(writer_.Bool(*flag));
    if (const auto* number = std::get_if<double>(&value)) return write(*number);
    if (const auto* name = std::get_if<std::string>(&value)) return write(*name);
    writer_.Null();
  }

  void options(const HyperValues& values) {
    for (const auto& [name, value] : values) {
      key(name);
      write(value);
    }
  }

  void write(const NamedSpec& named) {
    writer_.StartObject();
    text("name", named.name);
    options(named.options);
    writer_.EndObject();
  }

  void write(const ParamGroupSpec& group) {
    writer_.StartObject();
    array("params", group.params);
    options(group.options);
    writer_.EndObject();
  }

  void write(const RunSpec& run) {
    writer_.StartObject();
    if (run.label != default_label(run)) text("label", run.label);
    key("optimizer");
    write(run.optimizer);
    if (!run.param_groups.empty()) array("param_groups", run.param_groups);
    if (run.wrapper) {
      key("wrapper");
      write(*run.wrapper);
    }
    if (run.schedulers.size() == 1) {
      key("scheduler");
      write(run.schedulers.front());
    } else if (!run.schedulers.empty()) {
      array("scheduler", run.schedulers);
    }
    if (run.average) {
      key("average");
      write(*run.average);
    }
    if (run.loop) array("loop", *run.loop);
    writer_.EndObject();
  }

  void write(const SchedulerSpec& scheduler) {
    writer_.StartObject();
    text("name", scheduler.name);
    options(scheduler.options);
    if (!scheduler.schedulers.empty()) array("schedulers", scheduler.schedulers);
    writer_.EndObject();
  }

  // Whether a line says nothing beyond its name (and, for clipping, its limit).
  static bool is_short(const Instruction& line) {
    const Instruction defaults;
    return line.enabled == defaults.enabled && line.every == defaults.every && !line.at &&
           line.no_grad == defaults.no_grad && line.norm_type == defaults.norm_type &&
           line.error_if_nonfinite == defaults.error_if_nonfinite &&
           line.set_to_none == defaults.set_to_none && line.retain_graph == defaults.retain_graph;
  }

  static bool is_canonical(const std::vector<Instruction>& loop) {
    const std::vector<Instruction> canonical = canonical_loop();
    return std::equal(
        loop.begin(), loop.end(), canonical.begin(), canonical.end(),
        [](const Instruction& a, const Instruction& b) { return a.kind == b.kind && is_short(a); });
  }

  // What a long form calls the argument that the short form gives after the name; empty: it has
  // none.
  static std::string_view argument_name(InstructionKind kind) {
    switch (kind) {
      case InstructionKind::kClipGradNorm:
        return "max_norm";
      case InstructionKind::kClipGradValue:
        return "clip_value";
      case InstructionKind::kScaleLoss:
        return "divisor";
      case InstructionKind::kFreeze:
      case InstructionKind::kUnfreeze:
        return "params";
      case InstructionKind::kReplaceLayer:
        return "layer";
      case InstructionKind::kAddParamGroup:
        return "group";
      default:
        return {};
    }
  }

  void write_argument(std::string_view name, const Instruction& line) {
    switch (line.kind) {
      case InstructionKind::kScaleLoss:
        return integer(name, line.divisor);
      case InstructionKind::kFreeze:
      case InstructionKind::kUnfreeze:
        return array(name, line.group.params);
      case InstructionKind::kReplaceLayer:
        return text(name, line.layer);
      case InstructionKind::kAddParamGroup:
        key(name);
        return write(line.group);
      default:
        return number(name, line.limit);
    }
  }

  void write(const Instruction& line) {
    const Instruction defaults;
    const std::string_view name = instruction_name(line.kind);
    const std::string_view argument = argument_name(line.kind);
    if (is_short(line) && argument.empty()) return write(name);
    writer_.StartObject();
    if (is_short(line)) {
      write_argument(name, line);
    } else {
      text("do", name);
      if (line.enabled != defaults.enabled) flag("enabled", line.enabled);
      if (line.every != defaults.every) integer("every", line.every);
      if (line.at) integer("at", *line.at);
      if (line.no_grad) flag("no_grad", true);
      if (line.set_to_none != defaults.set_to_none) flag("set_to_none", line.set_to_none);
      if (line.retain_graph != defaults.retain_graph) flag("retain_graph", line.retain_graph);
      if (!argument.empty()) write_argument(argument, line);
      if (std::isinf(line.norm_type)) {
        text("norm_type", "inf");
      } else if (line.norm_type != defaults.norm_type) {
        number("norm_type", line.norm_type);
      }
      if (line.error_if_nonfinite) flag("error_if_nonfinite", true);
    }
    writer_.EndObject();
  }

  void write(const Edit::Freeze& freeze) { text("freeze", freeze.parameter); }
  void write(const Edit::Unfreeze& unfreeze) { text("unfreeze", unfreeze.parameter); }
  void write(const Edit::Set& set) {
    key("set");
    writer_.StartObject();
    options(set.options);
    writer_.EndObject();
    if (set.group) integer("group", *set.group);
  }

  void write(const Edit::Loop& loop) { array("loop", loop.lines); }

  void write(const Edit& edit) {
    writer_.StartObject();
    integer("at", edit.at);
    if (edit.run) integer("run", *edit.run);
    std::visit([this](const auto& action) { write(action); }, edit.action);
    writer_.EndObject();
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace

std::string to_json(const Experiment& experiment) {
  ExperimentWriter writer;
  writer.write(experiment);
  return writer.text();
}

std::string to_json(const std::vector<Instruction>& loop) {
  ExperimentWriter writer;
  writer.write(loop);
  return writer.text();
}

}  // namespace steplab
