// SPDX-License-Identifier: MIT
#include <rapidjson/document.h>

#include <limits>

#include "experiment/document_rules.hpp"
#include "experiment/json_reader.hpp"
#include "experiment/labels.hpp"
#include "experiment/schema_check.hpp"
#include "experiment/schema_node.hpp"
#include "experiment/value_text.hpp"
#include "steplab/experiment/experiment.hpp"

// Reads values that the schema has already approved, so nothing here checks types.
namespace steplab {
namespace {

using rapidjson::Value;

std::string text_of(const Value& value) { return {value.GetString(), value.GetStringLength()}; }

void read(const Value& value, bool& out) { out = value.GetBool(); }
void read(const Value& value, double& out) { out = value.GetDouble(); }
void read(const Value& value, std::string& out) { out = text_of(value); }
template <class Integer>
void read(const Value& value, Integer& out) {
  out = static_cast<Integer>(value.GetUint64());
}

// Leaves the default where the key is missing.
template <class T>
void read_member(const Value& object, std::string_view key, T& out) {
  if (const Value* value = member(object, key)) read(*value, out);
}

std::optional<std::size_t> read_index(const Value& object, std::string_view key) {
  const Value* value = member(object, key);
  if (value == nullptr) return std::nullopt;
  return static_cast<std::size_t>(value->GetUint64());
}

template <std::size_t size>
std::optional<std::array<double, size>> read_numbers(const Value& object, std::string_view key) {
  const Value* value = member(object, key);
  if (value == nullptr) return std::nullopt;
  std::array<double, size> numbers;
  for (std::size_t i = 0; i < size; ++i) {
    numbers[i] = (*value)[static_cast<rapidjson::SizeType>(i)].GetDouble();
  }
  return numbers;
}

std::vector<float> read_elements(const Value& array) {
  std::vector<float> elements;
  elements.reserve(array.Size());
  for (const Value& element : array.GetArray()) {
    elements.push_back(static_cast<float>(element.GetDouble()));
  }
  return elements;
}

std::vector<std::string> read_names(const Value& array) {
  std::vector<std::string> names;
  for (const Value& name : array.GetArray()) names.push_back(text_of(name));
  return names;
}

RecordedRows read_rows(const Value& gradient) {
  RecordedRows rows;
  for (const Value& row : gradient["rows"].GetArray()) rows.rows.push_back(row.GetUint());
  rows.values = read_elements(gradient["values"]);
  return rows;
}

SurfaceSpec read_surface(const Value& problem) {
  SurfaceSpec surface;
  read_member(problem, "name", surface.name);
  read_member(problem, "formula", surface.formula);
  surface.start = read_numbers<2>(problem, "start");
  surface.view = read_numbers<4>(problem, "view");
  return surface;
}

TaskSpec read_task(const Value& problem) {
  TaskSpec task;
  const Value& data = problem["data"];
  read_member(data, "name", task.data.name);
  read_member(data, "samples", task.data.samples);
  read_member(data, "noise", task.data.noise);
  read_member(data, "seed", task.data.seed);
  read_member(data, "test_fraction", task.data.test_fraction);
  read_member(data, "shuffle_labels", task.data.shuffle_labels);
  read_member(data, "scale", task.data.scale);
  if (const Value* model = member(problem, "model")) {
    if (const Value* hidden = member(*model, "hidden")) {
      for (const Value& width : hidden->GetArray()) task.model.hidden.push_back(width.GetUint());
    }
    read_member(*model, "activation", task.model.activation);
    read_member(*model, "init", task.model.init);
  }
  read_member(problem, "loss", task.loss);
  read_member(problem, "batch_size", task.batch_size);
  return task;
}

// Gradients are keyed by parameter; a key that is none is refused here, where the keys still are.
Status read_gradients(const Value& steps, RecordedSpec& recorded) {
  for (const Value& step : steps.GetArray()) {
    auto& row = recorded.gradients.emplace_back(recorded.parameters.size());
    for (const auto& entry : step.GetObject()) {
      const std::string name = text_of(entry.name);
      std::size_t p = 0;
      while (p < recorded.parameters.size() && recorded.parameters[p].name != name) ++p;
      if (p == recorded.parameters.size()) {
        std::vector<std::string> names;
        for (const auto& parameter : recorded.parameters) names.push_back(parameter.name);
        return Error{ErrorCode::kInvalidExperiment,
                     "/problem/gradients/" + std::to_string(recorded.gradients.size() - 1) + "/" +
                         pointer_token(name),
                     "unknown key " + quoted(name) + "; parameters are " + joined(names, " and ")};
      }
      if (entry.value.IsArray()) row[p] = read_elements(entry.value);
      if (entry.value.IsObject()) row[p] = read_rows(entry.value);
    }
  }
  return {};
}

Result<RecordedSpec> read_recorded(const Value& problem) {
  RecordedSpec recorded;
  for (const auto& entry : problem["parameters"].GetObject()) {
    RecordedSpec::Parameter& parameter = recorded.parameters.emplace_back();
    parameter.name = text_of(entry.name);
    for (const Value& size : entry.value["shape"].GetArray()) {
      parameter.shape.push_back(size.GetUint());
    }
    parameter.value = read_elements(entry.value["value"]);
  }
  if (Status status = read_gradients(problem["gradients"], recorded); !status) {
    return status.error();
  }
  return recorded;
}

Result<ProblemSpec> read_problem(const Value& problem) {
  const std::string kind = text_of(problem["kind"]);
  if (kind == "surface") return ProblemSpec(read_surface(problem));
  if (kind == "task") return ProblemSpec(read_task(problem));
  Result<RecordedSpec> recorded = read_recorded(problem);
  if (!recorded) return recorded.error();
  return ProblemSpec(std::move(*recorded));
}

// None within a tuple of numbers, as in Adafactor's eps.
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

HyperValue read_option(const Value& value) {
  if (value.IsNull()) return std::monostate{};
  if (value.IsBool()) return value.GetBool();
  if (value.IsString()) return text_of(value);
  if (value.IsNumber()) return value.GetDouble();
  std::vector<double> numbers;
  for (const Value& number : value.GetArray()) {
    numbers.push_back(number.IsNull() ? kNone : number.GetDouble());
  }
  return numbers;
}

// Every member but one that is not an option.
HyperValues read_options(const Value& object, std::string_view except) {
  HyperValues options;
  for (const auto& entry : object.GetObject()) {
    std::string name = text_of(entry.name);
    if (name != except) options.emplace_back(std::move(name), read_option(entry.value));
  }
  return options;
}

NamedSpec read_named(const Value& object) {
  return {text_of(object["name"]), read_options(object, "name")};
}

std::vector<SchedulerSpec> read_schedulers(const Value& array);

SchedulerSpec read_scheduler(const Value& object) {
  SchedulerSpec scheduler;
  scheduler.name = text_of(object["name"]);
  for (const auto& entry : object.GetObject()) {
    std::string name = text_of(entry.name);
    if (name == "schedulers" && entry.value.IsArray() && !entry.value.Empty()) {
      scheduler.schedulers = read_schedulers(entry.value);
    } else if (name != "name") {
      scheduler.options.emplace_back(std::move(name), read_option(entry.value));
    }
  }
  return scheduler;
}

std::vector<SchedulerSpec> read_schedulers(const Value& array) {
  std::vector<SchedulerSpec> schedulers;
  for (const Value& scheduler : array.GetArray()) schedulers.push_back(read_scheduler(scheduler));
  return schedulers;
}

ParamGroupSpec read_group(const Value& group) {
  return {read_names(group["params"]), read_options(group, "params")};
}

// What a line in its short form says besides its name.
void read_argument(const Value& value, Instruction& line) {
  switch (line.kind) {
    case InstructionKind::kScaleLoss:
      return read(value, line.divisor);
    case InstructionKind::kFreeze:
    case InstructionKind::kUnfreeze:
      line.group.params = read_names(value);
      return;
    case InstructionKind::kReplaceLayer:
      return read(value, line.layer);
    case InstructionKind::kAddParamGroup:
      line.group = read_group(value);
      return;
    default:
      return read(value, line.limit);
  }
}

Instruction read_line(const Value& line) {
  if (line.IsString()) return {.kind = *instruction_from_name(text_of(line))};
  const Value* long_form = member(line, "do");
  if (long_form == nullptr) {
    const auto& entry = *line.MemberBegin();
    Instruction instruction{.kind = *instruction_from_name(text_of(entry.name))};
    read_argument(entry.value, instruction);
    return instruction;
  }
  Instruction instruction{.kind = *instruction_from_name(text_of(*long_form))};
  instruction.at = read_index(line, "at");
  read_member(line, "no_grad", instruction.no_grad);
  read_member(line, "divisor", instruction.divisor);
  read_member(line, "layer", instruction.layer);
  if (const Value* params = member(line, "params")) instruction.group.params = read_names(*params);
  if (const Value* group = member(line, "group")) instruction.group = read_group(*group);
  read_member(line, "enabled", instruction.enabled);
  read_member(line, "every", instruction.every);
  read_member(line, "set_to_none", instruction.set_to_none);
  read_member(line, "retain_graph", instruction.retain_graph);
  read_member(line, "max_norm", instruction.limit);
  read_member(line, "clip_value", instruction.limit);
  if (const Value* order = member(line, "norm_type")) {
    // The only text that the schema lets through is "inf".
    instruction.norm_type =
        order->IsString() ? std::numeric_limits<double>::infinity() : order->GetDouble();
  }
  read_member(line, "error_if_nonfinite", instruction.error_if_nonfinite);
  return instruction;
}

std::vector<Instruction> read_loop(const Value& lines) {
  std::vector<Instruction> loop;
  for (const Value& line : lines.GetArray()) loop.push_back(read_line(line));
  return loop;
}

RunSpec read_run(const Value& value) {
  RunSpec run;
  read_member(value, "label", run.label);
  run.optimizer = read_named(value["optimizer"]);
  if (const Value* groups = member(value, "param_groups")) {
    for (const Value& group : groups->GetArray()) {
      run.param_groups.push_back(read_group(group));
    }
  }
  if (const Value* wrapper = member(value, "wrapper")) run.wrapper = read_named(*wrapper);
  if (const Value* scheduler = member(value, "scheduler")) {
    if (scheduler->IsArray()) {
      run.schedulers = read_schedulers(*scheduler);
    } else {
      run.schedulers.push_back(read_scheduler(*scheduler));
    }
  }
  if (const Value* average = member(value, "average")) run.average = read_named(*average);
  if (const Value* loop = member(value, "loop")) run.loop = read_loop(*loop);
  return run;
}

Edit read_edit(const Value& value) {
  Edit edit;
  read_member(value, "at", edit.at);
  edit.run = read_index(value, "run");
  if (const Value* freeze = member(value, "freeze")) {
    edit.action = Edit::Freeze{text_of(*freeze)};
  } else if (const Value* unfreeze = member(value, "unfreeze")) {
    edit.action = Edit::Unfreeze{text_of(*unfreeze)};
  } else if (const Value* loop = member(value, "loop")) {
    edit.action = Edit::Loop{read_loop(*loop)};
  } else {
    edit.action = Edit::Set{read_options(value["set"], ""), read_index(value, "group")};
  }
  return edit;
}

}  // namespace

Result<Experiment> parse_experiment(std::string_view json) {
  rapidjson::Document document;
  if (Status status = read_json(json, document); !status) return status.error();
  if (Status status = check_document(document); !status) return status.error();
  Experiment experiment;
  read_member(document, "seed", experiment.seed);
  read_member(document, "steps", experiment.steps);
  Result<ProblemSpec> problem = read_problem(document["problem"]);
  if (!problem) return problem.error();
  experiment.problem = std::move(*problem);
  for (const Value& run : document["runs"].GetArray()) experiment.runs.push_back(read_run(run));
  complete_labels(experiment.runs);
  if (const Value* loop = member(document, "loop")) experiment.loop = read_loop(*loop);
  if (const Value* edits = member(document, "edits")) {
    for (const Value& edit : edits->GetArray()) experiment.edits.push_back(read_edit(edit));
  }
  if (Status status = check_rules(experiment); !status) return status.error();
  return experiment;
}

Result<Edit> parse_edit(std::string_view json) {
  rapidjson::Document document;
  if (Status status = read_json(json, document); !status) return status.error();
  if (document.IsObject()) {
    if (member(document, "at") != nullptr) {
      return Error{ErrorCode::kInvalidExperiment, "/at",
                   "unknown key \"at\"; an edit of a running session happens at once"};
    }
    document.AddMember("at", 0, document.GetAllocator());
  }
  if (Status status = check_edit(document); !status) return status.error();
  Edit edit = read_edit(document);
  if (Status status = check_rules(edit, ""); !status) return status.error();
  return edit;
}

}  // namespace steplab
