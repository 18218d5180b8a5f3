// SPDX-License-Identifier: MIT
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

#include "steplab/analysis/diagnosis.hpp"
#include "steplab/base/number_text.hpp"

namespace steplab {
namespace {

class DiagnosisWriter {
 public:
  std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

  void write(const Diagnosis& diagnosis) {
    writer_.StartObject();
    integer("version", 1);
    array("runs", diagnosis.runs);
    writer_.EndObject();
  }

 private:
  void key(std::string_view name) {
    writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
  void write(std::string_view text) {
    writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }
  void raw(std::string_view json, rapidjson::Type type) {
    writer_.RawValue(json.data(), json.size(), type);
  }
  void integer(std::string_view name, std::size_t value) {
    key(name);
    writer_.Uint64(value);
  }
  void index(std::string_view name, const std::optional<std::size_t>& value) {
    if (value) return integer(name, *value);
    key(name);
    writer_.Null();
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    write(value);
  }
  // Not finite: a text, as in traces.
  template <class Number>
  void number(std::string_view name, Number value) {
    key(name);
    const std::string shown = number_text(value);
    if (!std::isfinite(value)) return write(shown);
    raw(shown, rapidjson::kNumberType);
  }
  template <class Items>
  void array(std::string_view name, const Items& items) {
    key(name);
    writer_.StartArray();
    for (const auto& item : items) write(item);
    writer_.EndArray();
  }

  void write(const RunDiagnosis& run) {
    writer_.StartObject();
    text("label", run.label);
    key("canonical_loop");
    raw(to_json(run.canonical_loop), rapidjson::kArrayType);
    key("verdict");
    write(run.verdict);
    array("findings", run.findings);
    writer_.EndObject();
  }

  void write(const Verdict& verdict) {
    writer_.StartObject();
    switch (verdict.kind) {
      case Verdict::Kind::kEquivalent:
        text("kind", "equivalent");
        integer("iterations", verdict.iterations);
        break;
      case Verdict::Kind::kDifferent:
        text("kind", "different");
        integer("iterations", verdict.iterations);
        integer("iteration", verdict.iteration);
        text("parameter", verdict.parameter);
        integer("element", verdict.element);
        number("value", verdict.value);
        number("canonical", verdict.canonical);
        number("difference",
               static_cast<double>(verdict.value) - static_cast<double>(verdict.canonical));
        break;
      case Verdict::Kind::kError:
        text("kind", "error");
        integer("iteration", verdict.iteration);
        integer("line", verdict.line);
        text("message", verdict.message);
        break;
    }
    writer_.EndObject();
  }

  void write(const Finding& finding) {
    writer_.StartObject();
    text("id", finding.id);
    text("severity", severity_name(finding.severity));
    index("line", finding.line);
    index("iteration", finding.iteration);
    if (finding.parameter.empty()) {
      key("parameter");
      writer_.Null();
    } else {
      text("parameter", finding.parameter);
    }
    text("title", finding.title);
    text("explanation", finding.explanation);
    text("pytorch", finding.pytorch);
    array("evidence", finding.evidence);
    key("remedy");
    if (finding.remedy) {
      write(*finding.remedy);
    } else {
      writer_.Null();
    }
    writer_.EndObject();
  }

  void write(const Evidence& evidence) {
    writer_.StartObject();
    text("name", evidence.name);
    number("value", evidence.value);
    writer_.EndObject();
  }

  void write(const Remedy& remedy) {
    writer_.StartObject();
    text("label", remedy.label);
    key("experiment");
    raw(to_json(remedy.experiment), rapidjson::kObjectType);
    key("outcome");
    writer_.StartObject();
    if (remedy.is_equivalent) {
      text("kind", "equivalent");
    } else {
      text("kind", "improved");
      text("measure", remedy.measure);
      number("before", remedy.before);
      number("after", remedy.after);
    }
    writer_.EndObject();
    writer_.EndObject();
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  return "unknown";
}

std::string to_json(const Diagnosis& diagnosis) {
  DiagnosisWriter writer;
  writer.write(diagnosis);
  return writer.text();
}

}  // namespace steplab
