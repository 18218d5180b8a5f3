// SPDX-License-Identifier: MIT
#include "steplab/export/checkpoint_files.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "steplab/export/safetensors.hpp"

namespace steplab {
namespace {

using ::testing::HasSubstr;

Tensor vector_of(std::vector<float> values) { return Tensor({values.size()}, values); }

// Every kind of value that a state_dict holds.
Checkpoint example() {
  Checkpoint checkpoint;
  checkpoint.parameters = {{"0.weight", vector_of({1, 2, 3})}, {"0.bias", Tensor()}};
  StateDict& dict = checkpoint.optimizer;
  dict.state = {{0,
                 {{"step", Tensor()},
                  {"exp_avg", vector_of({0.5F, 0.25F, -1})},
                  {"n_iter", std::int64_t{17}},
                  {"prev_loss", 2.0},
                  {"old_dirs", std::vector<Tensor>{vector_of({1}), vector_of({2})}},
                  {"ro", std::vector<Tensor>()}}},
                {2, {{"t", -std::numeric_limits<double>::infinity()}}}};
  dict.param_groups = {{{{"lr", 0.1},
                         {"betas", std::vector<double>{0.9, 0.999}},
                         {"amsgrad", true},
                         {"foreach", HyperValue()},
                         {"line_search_fn", std::string("strong_wolfe")}},
                        {0, 1}},
                       {{{"lr", 1.0}}, {2}}};
  return checkpoint;
}

Result<Checkpoint> read(const CheckpointFiles& files) {
  auto tensors = read_safetensors(files.safetensors);
  if (!tensors) return tensors.error();
  return read_checkpoint(std::move(*tensors), files.json);
}

Error error_of(const std::string& json, std::vector<NamedTensor> tensors = {}) {
  const Result<Checkpoint> checkpoint = read_checkpoint(std::move(tensors), json);
  EXPECT_FALSE(checkpoint.ok()) << json;
  return checkpoint ? Error{} : checkpoint.error();
}

TEST(CheckpointFiles, TheJsonIsAStateDictWithoutItsTensors) {
  EXPECT_EQ(write_checkpoint(example()).json,
            R"({"state":{"0":{"n_iter":17,"prev_loss":2.0,"ro":[]},"2":{"t":-Infinity}},)"
            R"("param_groups":[{"lr":0.1,"betas":[0.9,0.999],"amsgrad":true,"foreach":null,)"
            R"("line_search_fn":"strong_wolfe","params":[0,1]},{"lr":1,"params":[2]}]})");
}

TEST(CheckpointFiles, TensorsAreNamedByWhatTheyAre) {
  const auto tensors = read_safetensors(write_checkpoint(example()).safetensors);
  ASSERT_TRUE(tensors.ok());
  std::vector<std::string> names;
  for (const NamedTensor& tensor : *tensors) names.push_back(tensor.name);
  EXPECT_THAT(
      names, ::testing::ElementsAre("parameters.0.weight", "parameters.0.bias", "state.0.step",
                                    "state.0.exp_avg", "state.0.old_dirs.0", "state.0.old_dirs.1"));
}

TEST(CheckpointFiles, RoundTrip) {
  const CheckpointFiles files = write_checkpoint(example());
  const Result<Checkpoint> checkpoint = read(files);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
  EXPECT_EQ(checkpoint->parameters.size(), 2U);
  EXPECT_EQ(checkpoint->parameters[0].name, "0.weight");
  const StateDict& dict = checkpoint->optimizer;
  ASSERT_EQ(dict.state.size(), 2U);
  const auto value = [&](const std::string& name) -> const StateValue* {
    for (const StateDict::Entry& entry : dict.state[0].entries) {
      if (entry.name == name) return &entry.value;
    }
    return nullptr;
  };
  EXPECT_EQ(std::get<std::int64_t>(*value("n_iter")), 17);
  EXPECT_EQ(std::get<double>(*value("prev_loss")), 2.0);
  EXPECT_EQ(std::get<Tensor>(*value("exp_avg")).span()[2], -1.0F);
  EXPECT_EQ(std::get<std::vector<Tensor>>(*value("old_dirs"))[1].span()[0], 2.0F);
  EXPECT_TRUE(std::get<std::vector<Tensor>>(*value("ro")).empty());
  EXPECT_EQ(dict.param_groups[0].options, example().optimizer.param_groups[0].options);
  EXPECT_EQ(dict.param_groups[1].params, (std::vector<std::size_t>{2}));
  // Written again, the same files.
  EXPECT_EQ(write_checkpoint(*checkpoint).json, files.json);
}

TEST(CheckpointFiles, NoneIsAsGoodAsNoEntry) {
  const auto checkpoint =
      read_checkpoint({}, R"({"state": {"0": {"d": null}}, "param_groups": [{"params": [0]}]})");
  ASSERT_TRUE(checkpoint.ok());
  EXPECT_TRUE(checkpoint->optimizer.state[0].entries.empty());
}

TEST(CheckpointFiles, NoneWithinATupleIsNaN) {
  const std::string json = R"({"state":{},"param_groups":[{"eps":[null,0.001],"params":[]}]})";
  const auto checkpoint = read_checkpoint({}, json);
  ASSERT_TRUE(checkpoint.ok());
  const auto& eps =
      std::get<std::vector<double>>(checkpoint->optimizer.param_groups[0].options[0].second);
  EXPECT_TRUE(std::isnan(eps[0]));
  EXPECT_EQ(write_checkpoint(*checkpoint).json, json);
}

// load_state_dict's rows of section 1.6 of our reference notes on torch.optim, with PyTorch's
// texts.
TEST(CheckpointFiles, MissingKeysArePyTorchsKeyErrors) {
  const std::tuple<const char*, const char*, const char*> rows[] = {
      {R"({"state": {}})", "/param_groups", "KeyError: 'param_groups'"},
      {R"({"param_groups": []})", "/state", "KeyError: 'state'"},
      {R"({"state": {}, "param_groups": [{"lr": 1}]})", "/param_groups/0/params",
       "KeyError: 'params'"}};
  for (const auto& [json, path, message] : rows) {
    EXPECT_EQ(error_of(json).path, path);
    EXPECT_EQ(error_of(json).message, message);
  }
}

TEST(CheckpointFiles, BrokenJsonNamesThePath) {
  EXPECT_EQ(error_of("{\"state\": {").code, ErrorCode::kInvalidJson);
  EXPECT_EQ(error_of(std::string(1'000'000, '[')).code, ErrorCode::kInvalidJson);
  EXPECT_THAT(error_of("[]").message, HasSubstr("must be an object"));
  EXPECT_EQ(error_of(R"({"state": {}, "param_groups": 1})").path, "/param_groups");
  EXPECT_EQ(error_of(R"({"state": 1, "param_groups": []})").path, "/state");
  EXPECT_EQ(error_of(R"({"state": {}, "param_groups": [1]})").path, "/param_groups/0");
  EXPECT_EQ(error_of(R"({"state": {}, "param_groups": [{"params": 1}]})").path,
            "/param_groups/0/params");
  EXPECT_EQ(error_of(R"({"state": {}, "param_groups": [{"params": [0, -1]}]})").path,
            "/param_groups/0/params/1");
  EXPECT_EQ(error_of(R"({"state": {}, "param_groups": [{"params": [], "lr": {}}]})").path,
            "/param_groups/0/lr");
  const auto with_state = [](const std::string& state) {
    return error_of("{\"state\": " + state + R"(, "param_groups": [{"params": [0]}]})").path;
  };
  EXPECT_EQ(with_state(R"({"1": {}})"), "/state/1");
  EXPECT_EQ(with_state(R"({"00": {}})"), "/state/00");
  EXPECT_EQ(with_state(R"({"0": 3})"), "/state/0");
  EXPECT_EQ(with_state(R"({"0": {"step": "1"}})"), "/state/0/step");
  EXPECT_EQ(with_state(R"({"0": {"old_dirs": [1]}})"), "/state/0/old_dirs");
}

TEST(CheckpointFiles, TensorsThatBelongNowhereAreNamed) {
  const std::string json = R"({"state": {"0": {"step": 1}}, "param_groups": [{"params": [0]}]})";
  for (const char* name : {"w", "state", "state.", "state.0", "state.0.", "state.x.step",
                           "state.1.exp_avg", "state.-1.exp_avg"}) {
    EXPECT_THAT(error_of(json, {{name, Tensor()}}).message,
                HasSubstr("tensor \"" + std::string(name) + "\""));
  }
  EXPECT_EQ(error_of(json, {{"state.0.step", Tensor()}}).path, "/state/0/step");
  EXPECT_THAT(error_of(json, {{"state.0.ro.1", Tensor()}}).message,
              HasSubstr("state.0.ro.<index>"));
}

}  // namespace
}  // namespace steplab
