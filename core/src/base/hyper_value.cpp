// SPDX-License-Identifier: MIT
#include "steplab/base/hyper_value.hpp"

#include <cmath>

#include "steplab/base/number_text.hpp"

namespace steplab {
namespace {

struct PythonPrinter {
  std::string operator()(std::monostate) const { return "None"; }
  std::string operator()(bool flag) const { return flag ? "True" : "False"; }
  std::string operator()(double number) const { return python_number_text(number); }
  std::string operator()(const std::vector<double>& tuple) const {
    std::string text = "(";
    for (std::size_t i = 0; i < tuple.size(); ++i) {
      if (i > 0) text += ", ";
      text += std::isnan(tuple[i]) ? "None" : python_number_text(tuple[i]);
    }
    return text + (tuple.size() == 1 ? ",)" : ")");
  }
  std::string operator()(const std::string& name) const { return "'" + name + "'"; }
};

}  // namespace

std::string to_python(const HyperValue& value) { return std::visit(PythonPrinter{}, value); }

}  // namespace steplab
