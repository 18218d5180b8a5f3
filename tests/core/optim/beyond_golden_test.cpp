// SPDX-License-Identifier: MIT
// Optimizers beyond torch.optim against the traces of their reference implementations: bit for bit
// where the registry says so, else within its tolerance at the recorded checkpoints.
#include <array>
#include <cmath>

#include "core/optim/fixtures.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

// An optimizer whose whole-tensor sums or decompositions are ordered differently: how far a value
// may be off, relative to the largest of its tensor, and up to which step. Later, differences have
// been amplified by the optimizer itself, which divides by what it has added up.
struct Tolerance {
  std::string_view name;
  double relative;
  unsigned last_step;
  std::string_view only;  // the parameter that is compared; empty: all
};
constexpr std::array kTolerances = {
    Tolerance{"Prodigy", 1e-5, 200, ""}, Tolerance{"DAdaptAdam", 1e-5, 200, ""},
    Tolerance{"DAdaptSGD", 1e-5, 200, ""}, Tolerance{"Shampoo", 1e-3, 10, ""},
    // A first gradient of deficient rank leaves eigenvectors that may be any: SOAP's path then
    // depends on which the decomposition chose.
    Tolerance{"SOAP", 1e-3, 200, "square"}};

std::string trace_path(std::string_view name) {
  return "optim/beyond/" + std::string(name) + ".json";
}

std::vector<std::size_t> recorded_beyond() {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < optimizer_registry().size(); ++i) {
    const std::string path = trace_path(optimizer_registry()[i].name);
    if (std::ifstream(std::string(STEPLAB_GOLDEN_DIR) + "/" + path).good()) places.push_back(i);
  }
  return places;
}

// What a trace is played on. As a closure it gives the gradients of `hessian_shift` steps later for
// those of a loss with sampled labels.
class Replay : private Closure {
 public:
  Replay(const Json& inputs, const Json& test_case, std::unique_ptr<Optimizer> optimizer,
         unsigned hessian_shift = 0)
      : inputs_(inputs),
        case_(test_case),
        optimizer_(std::move(optimizer)),
        hessian_shift_(hessian_shift) {
    for (const Json& entry : inputs["parameters"].GetArray()) {
      Shape shape;
      for (const Json& size : entry["shape"].GetArray()) shape.push_back(size.GetUint());
      parameters_.emplace_back(entry["name"].GetString(),
                               Tensor(shape, golden::floats_from(entry["start"])));
    }
    EXPECT_TRUE(optimizer_->add_param_group(named(test_case["params"]), {}).ok());
  }

  // `step` counts from 1.
  void advance(unsigned step) {
    for (const Json& event : case_["events"].GetArray()) {
      if (event["before_step"].GetUint() == step) apply(event);
    }
    step_ = step;
    set_gradients(step);
    const Status status = optimizer_->step(hessian_shift_ > 0 ? this : nullptr);
    ASSERT_TRUE(status.ok()) << status.error().message;
  }

  unsigned samples() const { return samples_; }

  std::string hash() const {
    golden::Hash hash;
    for (const Parameter& parameter : parameters_) hash.add(parameter.value().span());
    return hash.text();
  }

  void expect_near(const Json& checkpoint, const Tolerance& tolerance) const {
    for (unsigned i = 0; i < parameters_.size(); ++i) {
      if (!tolerance.only.empty() && parameters_[i].name() != tolerance.only) continue;
      const std::vector<float> expected = golden::floats_from(checkpoint["parameters"][i]["value"]);
      const std::vector<float> values = values_of(parameters_[i]);
      float largest = 1e-3F;
      for (const float value : expected) largest = std::max(largest, std::fabs(value));
      for (std::size_t k = 0; k < values.size(); ++k) {
        EXPECT_NEAR(values[k], expected[k], tolerance.relative * largest) << parameters_[i].name();
      }
    }
  }

 private:
  Result<float> evaluate() override { return loss(); }
  Result<float> loss() override { return Error{ErrorCode::kLoop, "", "a trace has no loss", -1}; }
  Result<bool> sample_gradient() override {
    ++samples_;
    set_gradients(step_ + hessian_shift_);
    return true;
  }

  void set_gradients(unsigned step) {
    const Json& gradients = inputs_["gradients"][step - 1];
    for (unsigned i = 0; i < parameters_.size(); ++i) {
      if (gradients[i].IsNull()) {
        parameters_[i].drop_grad();
      } else {
        set_grad(parameters_[i], golden::floats_from(gradients[i]));
      }
    }
  }

  std::vector<Parameter*> named(const Json& names) {
    std::vector<Parameter*> found;
    for (const Json& name : names.GetArray()) {
      for (Parameter& parameter : parameters_) {
        if (parameter.name() == name.GetString()) found.push_back(&parameter);
      }
    }
    return found;
  }

  void apply(const Json& event) {
    if (event.HasMember("add_group")) {
      const Json& group = event["add_group"];
      const HyperValues options = golden::hyper_values_from(group["options"]);
      EXPECT_TRUE(optimizer_->add_param_group(named(group["params"]), options).ok());
      return;
    }
    for (const auto& [name, value] : golden::hyper_values_from(event["set"])) {
      EXPECT_TRUE(optimizer_->set_hyper(event["group"].GetUint(), name, value).ok());
    }
  }

  const Json& inputs_;
  const Json& case_;
  std::deque<Parameter> parameters_;
  std::unique_ptr<Optimizer> optimizer_;
  unsigned hessian_shift_;
  unsigned step_ = 0;
  unsigned samples_ = 0;
};

void expect_same_bits(const Json& test_case, Replay& replay) {
  const auto hashes = test_case["hashes"].GetArray();
  ASSERT_GT(hashes.Size(), 0U);
  for (unsigned step = 1; step <= hashes.Size(); ++step) {
    replay.advance(step);
    ASSERT_EQ(replay.hash(), hashes[step - 1].GetString()) << "first difference: step " << step;
  }
}

void expect_within(const Tolerance& tolerance, const Json& test_case, Replay& replay) {
  const auto checkpoints = test_case["checkpoints"].GetArray();
  const auto* checkpoint = checkpoints.begin();
  ASSERT_NE(checkpoint, checkpoints.end());
  for (unsigned step = 1; step <= tolerance.last_step && checkpoint != checkpoints.end(); ++step) {
    replay.advance(step);
    if ((*checkpoint)["step"].GetUint() != step) continue;
    SCOPED_TRACE("checkpoint at step " + std::to_string(step));
    replay.expect_near(*checkpoint++, tolerance);
  }
}

class BeyondGolden : public ::testing::TestWithParam<std::size_t> {};

TEST_P(BeyondGolden, AgreesWithItsReference) {
  const std::string_view name = optimizer_registry()[GetParam()].name;
  const rapidjson::Document trace = golden::load(trace_path(name));
  ASSERT_TRUE(trace.IsObject());
  const rapidjson::Document inputs = golden::load(trace["inputs"].GetString());
  const auto* tolerance = std::find_if(kTolerances.begin(), kTolerances.end(),
                                       [&](const Tolerance& t) { return t.name == name; });
  ASSERT_GE(trace["cases"].Size(), 3U);
  const bool has_hessian = trace.HasMember("hessian");
  const unsigned hessian_shift = has_hessian ? trace["hessian"]["shift"].GetUint() : 0;
  for (const Json& test_case : trace["cases"].GetArray()) {
    SCOPED_TRACE(std::string(name) + " " + test_case["name"].GetString());
    Replay replay(inputs, test_case,
                  make_optimizer(name, golden::hyper_values_from(test_case["options"])),
                  hessian_shift);
    if (tolerance == kTolerances.end()) {
      expect_same_bits(test_case, replay);
    } else {
      expect_within(*tolerance, test_case, replay);
    }
    if (has_hessian) {
      EXPECT_EQ(replay.samples(), trace["steps"].GetUint() / trace["hessian"]["every"].GetUint());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, BeyondGolden, ::testing::ValuesIn(recorded_beyond()),
                         optimizer_name);

TEST(BeyondGoldenWrapper, LookaheadAgreesWithItsReferenceBitForBit) {
  const rapidjson::Document trace = golden::load(trace_path("Lookahead"));
  ASSERT_TRUE(trace.IsObject());
  const rapidjson::Document inputs = golden::load(trace["inputs"].GetString());
  for (const Json& test_case : trace["cases"].GetArray()) {
    SCOPED_TRACE(test_case["name"].GetString());
    HyperValues base;
    std::string base_name;
    for (const auto& member : test_case["options"]["base"].GetObject()) {
      const HyperValue value = golden::hyper_value_from(member.value);
      if (std::string_view(member.name.GetString()) == "name") {
        base_name = std::get<std::string>(value);
      } else {
        base.emplace_back(member.name.GetString(), value);
      }
    }
    HyperValues options;
    for (const char* name : {"k", "alpha"}) {
      options.emplace_back(name, golden::hyper_value_from(test_case["options"][name]));
    }
    auto wrapped = find_wrapper("Lookahead")->create(make_optimizer(base_name, base), options);
    ASSERT_TRUE(wrapped.ok()) << wrapped.error().message;
    Replay replay(inputs, test_case, std::move(wrapped).value());
    expect_same_bits(test_case, replay);
  }
}

}  // namespace
}  // namespace steplab
