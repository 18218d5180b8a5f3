// SPDX-License-Identifier: MIT
#include "steplab/session/registry_json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

#include "steplab/base/number_text.hpp"
#include "steplab/optim/averaged_weights.hpp"
#include "steplab/optim/registry.hpp"
#include "steplab/problem/surfaces.hpp"
#include "steplab/session/version.hpp"

namespace steplab {
namespace {

class RegistryWriter {
 public:
  std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

  void write_all() {
    writer_.StartObject();
    member("version", steplab_version());
    member("optimizers", optimizer_registry());
    member("wrappers", wrapper_registry());
    member("schedulers", scheduler_registry());
    member("averages", average_registry());
    member("surfaces", surface_registry());
    writer_.EndObject();
  }

 private:
  template <class T>
  void member(std::string_view key, const T& value) {
    write(key);
    write(value);
  }

  void write(std::string_view text) {
    writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }

  // JSON has no number for what is not finite: NaN means that there is none.
  void write(double value) {
    if (!std::isfinite(value)) return void(writer_.Null());
    const std::string text = number_text(value);
    writer_.RawValue(text.data(), text.size(), rapidjson::kNumberType);
  }

  template <class Items>
  void write(const Items& items) {
    writer_.StartArray();
    for (const auto& item : items) write(item);
    writer_.EndArray();
  }

  void write(const HyperValue& value) {
    if (const auto* numbers = std::get_if<std::vector<double>>(&value)) return write(*numbers);
    if (const auto* flag = std::get_if<bool>(&value)) return void(writer_.Bool(*flag));
    if (const auto* number = std::get_if<double>(&value)) return write(*number);
    if (const auto* name = std::get_if<std::string>(&value)) return write(std::string_view(*name));
    writer_.Null();
  }

  void write(const HyperParameterInfo& info) {
    writer_.StartObject();
    member("name", info.name);
    member("symbol", info.symbol);
    member("default", info.default_value);
    member("min", info.min);
    member("max", info.max);
    const bool linear = info.scale == HyperScale::kLinear;
    member("scale", std::string_view(linear ? "linear" : "logarithmic"));
    member("choices", info.choices);
    member("internal", info.internal);
    member("required", info.required);
    member("doc", info.doc);
    writer_.EndObject();
  }

  void write(bool flag) { writer_.Bool(flag); }

  void write(const SymbolInfo& info) {
    writer_.StartObject();
    member("latex", info.latex);
    member("doc", info.doc);
    writer_.EndObject();
  }

  void write(const StateInfo& info) {
    writer_.StartObject();
    member("name", info.name);
    member("symbol", info.symbol);
    member("doc", info.doc);
    writer_.EndObject();
  }

  void write(const OptimizerInfo& info) {
    writer_.StartObject();
    member("name", info.name);
    member("summary", info.summary);
    member("pytorch_class", info.pytorch_class);
    member("family", info.family);
    member("checked_against", info.checked_against);
    member("agreement", info.agreement);
    member("needs_closure", info.needs_closure);
    member("matrices_only", info.matrices_only);
    member("sparse_gradients", sparse_gradients_name(info.sparse_gradients));
    member("engine", std::string_view(info.is_further ? "full" : "small"));
    member("paper", info.paper);
    member("formula", info.formula);
    member("hyper_parameters", info.hyper_parameters);
    member("state", info.state);
    member("symbols", info.symbols);
    writer_.EndObject();
  }

  void write(const WrapperInfo& info) {
    writer_.StartObject();
    member("name", info.name);
    member("summary", info.summary);
    member("checked_against", info.checked_against);
    member("agreement", info.agreement);
    member("needs_closure", info.needs_closure);
    member("engine", std::string_view("full"));
    member("paper", info.paper);
    member("formula", info.formula);
    member("hyper_parameters", info.hyper_parameters);
    member("state", info.state);
    member("symbols", info.symbols);
    writer_.EndObject();
  }

  void write(const SchedulerInfo& info) {
    writer_.StartObject();
    member("name", info.name);
    member("summary", info.summary);
    member("pytorch_class", info.pytorch_class);
    member("kind", scheduler_kind_name(info.kind));
    member("engine", std::string_view(info.is_further ? "full" : "small"));
    member("formula", info.formula);
    member("hyper_parameters", info.hyper_parameters);
    writer_.EndObject();
  }

  void write(const AverageInfo& info) {
    writer_.StartObject();
    member("name", info.name);
    member("summary", info.summary);
    member("pytorch_class", info.pytorch_class);
    member("engine", std::string_view("full"));
    member("formula", info.formula);
    member("hyper_parameters", info.hyper_parameters);
    writer_.EndObject();
  }

  void write(const SurfaceInfo& info) {
    writer_.StartObject();
    member("name", info.name);
    member("title", info.title);
    member("formula", info.formula);
    member("lesson", info.lesson);
    member("source", info.source);
    member("view", info.view);
    member("start", info.start);
    member("minimisers", info.minimisers);
    member("minimum", info.minimum);
    writer_.EndObject();
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace

std::string registry_json() {
  RegistryWriter writer;
  writer.write_all();
  return writer.text();
}

}  // namespace steplab
