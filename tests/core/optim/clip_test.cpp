// SPDX-License-Identifier: MIT
#include "steplab/optim/clip.hpp"

#include <cmath>
#include <limits>

#include "core/optim/fixtures.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

Parameters parameters_with(const Json& gradients) {
  Parameters parameters;
  for (const Json& gradient : gradients.GetArray()) {
    const std::vector<float> values =
        gradient.IsNull() ? std::vector<float>{0.0F} : golden::floats_from(gradient);
    Parameter& parameter = parameters.add(values);
    if (!gradient.IsNull()) set_grad(parameter, values);
  }
  return parameters;
}

// NaN has no fixed bits: any NaN equals any other.
void expect_bits(std::span<const float> values, const Json& expected) {
  const std::vector<float> wanted = golden::floats_from(expected);
  ASSERT_EQ(values.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (std::isnan(wanted[i])) {
      EXPECT_TRUE(std::isnan(values[i])) << i;
    } else {
      EXPECT_EQ(golden::bits_of({&values[i], 1}), golden::bits_of({&wanted[i], 1})) << i;
    }
  }
}

void expect_gradients(Parameters& parameters, const Json& expected) {
  for (unsigned i = 0; i < expected.Size(); ++i) {
    EXPECT_EQ(parameters[i].has_grad(), !expected[i].IsNull());
    if (parameters[i].has_grad()) expect_bits(parameters[i].grad().span(), expected[i]);
  }
}

double order_of(const Json& item) {
  const Json& order = item["order"];
  return order.IsString() ? std::numeric_limits<double>::infinity() : order.GetDouble();
}

TEST(Clip, EqualsPyTorchBitForBit) {
  const rapidjson::Document document = golden::load("optim/clip.json");
  ASSERT_TRUE(document.IsObject());
  for (const Json& test_case : document["cases"].GetArray()) {
    SCOPED_TRACE(test_case["name"].GetString());
    for (const Json& by_norm : test_case["by_norm"].GetArray()) {
      Parameters parameters = parameters_with(test_case["gradients"]);
      const float total =
          clip_grad_norm(parameters.pointers(), by_norm["limit"].GetDouble()).value();
      expect_bits({&total, 1}, by_norm["total"]);
      expect_gradients(parameters, by_norm["clipped"]);
    }
    for (const Json& by_order : test_case["by_order"].GetArray()) {
      Parameters parameters = parameters_with(test_case["gradients"]);
      const float total = clip_grad_norm(parameters.pointers(), by_order["limit"].GetDouble(),
                                         {order_of(by_order), false})
                              .value();
      SCOPED_TRACE("order " + std::to_string(order_of(by_order)));
      expect_bits({&total, 1}, by_order["total"]);
      expect_gradients(parameters, by_order["clipped"]);
    }
    for (const Json& by_value : test_case["by_value"].GetArray()) {
      Parameters parameters = parameters_with(test_case["gradients"]);
      ASSERT_TRUE(clip_grad_value(parameters.pointers(), by_value["limit"].GetDouble()).ok());
      expect_gradients(parameters, by_value["clipped"]);
    }
  }
}

TEST(Clip, RaisesWhereTheNormIsNotFiniteAndLeavesTheGradients) {
  const rapidjson::Document document = golden::load("optim/clip.json");
  for (const Json& refusal : document["nonfinite"].GetArray()) {
    Parameters parameters = parameters_with(refusal["kept"]);
    const auto total = clip_grad_norm(parameters.pointers(), 1.0, {order_of(refusal), true});
    ASSERT_FALSE(total.ok());
    EXPECT_EQ(total.error().message, refusal["message"].GetString());
    expect_gradients(parameters, refusal["kept"]);
  }
}

TEST(Clip, ByNormScalesTogetherAndReturnsTheNormBefore) {
  Parameters parameters;
  set_grad(parameters.add({0.0F, 0.0F}), {3.0F, 4.0F});
  set_grad(parameters.add({0.0F}), {12.0F});
  EXPECT_EQ(clip_grad_norm(parameters.pointers(), 6.5).value(), 13.0F);
  EXPECT_FLOAT_EQ(parameters[0].grad().span()[0], 1.5F);
  EXPECT_FLOAT_EQ(parameters[1].grad().span()[0], 6.0F);
}

TEST(Clip, ParameterListedTwiceCountsAndShrinksTwice) {
  Parameters parameters;
  Parameter& parameter = parameters.add({0.0F, 0.0F});
  set_grad(parameter, {3.0F, 4.0F});
  Parameter* const twice[] = {&parameter, &parameter};
  EXPECT_FLOAT_EQ(clip_grad_norm(twice, 1.0).value(), 5.0F * std::sqrt(2.0F));
  EXPECT_NEAR(parameter.grad().span()[0], 3.0 / 50.0, 1e-6);
}

TEST(Clip, ByValueKeepsWhatIsInside) {
  Parameters parameters;
  set_grad(parameters.add({0.0F, 0.0F, 0.0F}), {-3.0F, 0.25F, 4.0F});
  ASSERT_TRUE(clip_grad_value(parameters.pointers(), 0.5).ok());
  EXPECT_EQ(golden::bits_of(parameters[0].grad().span()), "bf0000003e8000003f000000");
}

TEST(Clip, ByValueRaisesWithoutAnyGradient) {
  Parameters parameters;
  parameters.add({1.0F});
  const std::string_view text =
      "Expected !nested_tensorlist[0].empty() to be true, but got false.  (Could this error "
      "message be improved?  If so, please report an enhancement request to PyTorch.)";
  EXPECT_EQ(clip_grad_value(parameters.pointers(), 1.0).error().message, text);
  EXPECT_EQ(clip_grad_value({}, 1.0).error().message, text);
  EXPECT_EQ(clip_grad_norm(parameters.pointers(), 1.0).value(), 0.0F);
}

}  // namespace
}  // namespace steplab
