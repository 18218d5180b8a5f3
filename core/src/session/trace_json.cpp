// SPDX-License-Identifier: MIT
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cmath>

#include "session/trace_rows.hpp"
#include "steplab/base/number_text.hpp"

namespace steplab {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write_text(Writer& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write_number(Writer& writer, bool is_finite, const std::string& text) {
  if (is_finite) {
    writer.RawValue(text.data(), text.size(), rapidjson::kNumberType);
  } else {
    write_text(writer, text);
  }
}

void write(Writer& writer, float value) {
  write_number(writer, std::isfinite(value), number_text(value));
}

void write(Writer& writer, double value) {
  write_number(writer, std::isfinite(value), number_text(value));
}

void write(Writer& writer, std::size_t value) { writer.Uint64(value); }

void write(Writer& writer, const std::optional<float>& value) {
  if (value) {
    write(writer, *value);
  } else {
    writer.Null();
  }
}

template <class T>
void write(Writer& writer, const std::vector<T>& values) {
  writer.StartArray();
  for (const T& value : values) write(writer, value);
  writer.EndArray();
}

// "key": [of(row), …]
template <class Of>
void write_column(Writer& writer, std::string_view key, const std::vector<TraceRow>& rows, Of of) {
  write_text(writer, key);
  writer.StartArray();
  for (const TraceRow& row : rows) write(writer, of(row));
  writer.EndArray();
}

// The column of one parameter; null where the model does not have it yet.
template <class Of>
void write_parameter(Writer& writer, const std::string& name, const std::vector<TraceRow>& rows,
                     std::size_t place, Of of) {
  write_text(writer, name);
  writer.StartArray();
  for (const TraceRow& row : rows) {
    const std::vector<std::vector<float>>& values = of(row);
    if (place < values.size()) {
      write(writer, values[place]);
    } else {
      writer.Null();
    }
  }
  writer.EndArray();
}

// What the optimizer keeps for a parameter at a step; nothing where there is no such parameter yet.
const std::vector<TraceRow::State>& state_of(const TraceRow& row, std::size_t parameter) {
  static const std::vector<TraceRow::State> kNone;
  return parameter < row.state.size() ? row.state[parameter] : kNone;
}

void write_state(Writer& writer, const TraceRows& trace, const TraceRun& run) {
  writer.Key("state");
  writer.StartObject();
  for (std::size_t p = 0; p < trace.columns.size(); ++p) {
    write_text(writer, trace.columns[p].name);
    writer.StartObject();
    std::vector<std::string> names;
    for (const TraceRow& row : run.rows) {
      for (const TraceRow::State& entry : state_of(row, p)) {
        if (std::find(names.begin(), names.end(), entry.name) == names.end()) {
          names.push_back(entry.name);
        }
      }
    }
    for (const std::string& name : names) {
      write_text(writer, name);
      writer.StartArray();
      for (const TraceRow& row : run.rows) {
        const std::vector<TraceRow::State>& state = state_of(row, p);
        const auto entry = std::find_if(state.begin(), state.end(),
                                        [&](const TraceRow::State& s) { return s.name == name; });
        if (entry == state.end()) {
          writer.Null();  // no state yet at this step
        } else if (entry->scalar) {
          write(writer, *entry->scalar);
        } else {
          write(writer, entry->values);
        }
      }
      writer.EndArray();
    }
    writer.EndObject();
  }
  writer.EndObject();
}

void write_average(Writer& writer, const TraceRows& trace, const TraceRun& run) {
  writer.Key("average");
  writer.StartObject();
  write_column(writer, "updates", run.rows,
               [](const TraceRow& row) { return row.average->updates; });
  write_column(writer, "loss", run.rows, [](const TraceRow& row) { return row.average->loss; });
  writer.Key("parameters");
  writer.StartObject();
  for (std::size_t p = 0; p < trace.columns.size(); ++p) {
    write_parameter(
        writer, trace.columns[p].name, run.rows, p,
        [](const TraceRow& row) -> const auto& { return row.average->parameters; });
  }
  writer.EndObject();
  writer.EndObject();
}

void write_run(Writer& writer, const TraceRows& trace, const TraceRun& run) {
  writer.StartObject();
  writer.Key("label");
  write_text(writer, run.label);
  writer.Key("status");
  write_text(writer, run_status_name(run.status));
  writer.Key("error");
  if (!run.error) {
    writer.Null();
  } else {
    writer.StartObject();
    writer.Key("code");
    write_text(writer, error_code_name(run.error->error.code));
    writer.Key("path");
    write_text(writer, run.error->error.path);
    writer.Key("message");
    write_text(writer, run.error->error.message);
    writer.Key("step");
    write(writer, run.error->step);
    writer.Key("instruction");
    write(writer, run.error->instruction);
    writer.EndObject();
  }
  write_column(writer, "step", run.rows, [](const TraceRow& row) { return row.step; });
  write_column(writer, "loss", run.rows, [](const TraceRow& row) { return row.loss; });
  write_column(
      writer, "lr", run.rows, [](const TraceRow& row) -> const auto& { return row.lr; });
  writer.Key("parameters");
  writer.StartObject();
  for (std::size_t p = 0; p < trace.columns.size(); ++p) {
    write_parameter(
        writer, trace.columns[p].name, run.rows, p,
        [](const TraceRow& row) -> const auto& { return row.parameters; });
  }
  writer.EndObject();
  if (!run.rows.empty() && run.rows.front().average) write_average(writer, trace, run);
  if (!run.warnings.empty()) {
    writer.Key("warnings");
    writer.StartArray();
    for (const std::string& warning : run.warnings) write_text(writer, warning);
    writer.EndArray();
  }
  if (trace.has_state) write_state(writer, trace, run);
  writer.EndObject();
}

}  // namespace

std::string trace_json(const TraceRows& trace) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  writer.Key("version");
  writer.Int(1);
  writer.Key("runs");
  writer.StartArray();
  for (const TraceRun& run : trace.runs) write_run(writer, trace, run);
  writer.EndArray();
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace steplab
