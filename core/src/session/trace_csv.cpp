// SPDX-License-Identifier: MIT
#include "session/trace_rows.hpp"
#include "steplab/base/number_text.hpp"

namespace steplab {
namespace {

// RFC 4180; a text that a spreadsheet would run as a formula gets an apostrophe.
std::string quoted(const std::string& text) {
  std::string cell = "\"";
  if (!text.empty() && std::string("=+-@").find(text.front()) != std::string::npos) cell += '\'';
  for (const char letter : text) {
    if (letter == '"') cell += '"';
    cell += letter;
  }
  return cell + "\"";
}

void append_header(std::string& csv, const TraceRows& trace) {
  csv += "run,step,loss";
  const TraceRow& first = trace.runs.front().rows.front();
  for (std::size_t group = 0; group < first.lr.size(); ++group)
    csv += ",lr[" + std::to_string(group) + "]";
  for (const TraceRows::Column& column : trace.columns) {
    for (std::size_t i = 0; i < column.size; ++i) {
      csv += "," + column.name;
      if (column.size > 1) csv += "[" + std::to_string(i) + "]";
    }
  }
  csv += "\r\n";
}

}  // namespace

std::string trace_csv(const TraceRows& trace) {
  std::string csv;
  append_header(csv, trace);
  // Runs may have different numbers of groups; every row has as many cells as the header.
  const std::size_t groups = trace.runs.front().rows.front().lr.size();
  for (const TraceRun& run : trace.runs) {
    for (const TraceRow& row : run.rows) {
      csv += quoted(run.label) + "," + std::to_string(row.step) + ",";
      if (row.loss) csv += number_text(*row.loss);
      for (std::size_t group = 0; group < groups; ++group) {
        csv += ",";
        if (group < row.lr.size()) csv += number_text(row.lr[group]);
      }
      for (std::size_t p = 0; p < trace.columns.size(); ++p) {
        for (std::size_t i = 0; i < trace.columns[p].size; ++i) {
          csv += ",";
          // Empty before the model has the parameter.
          if (p < row.parameters.size()) csv += number_text(row.parameters[p][i]);
        }
      }
      csv += "\r\n";
    }
  }
  return csv;
}

}  // namespace steplab
