// SPDX-License-Identifier: MIT
// The error tables of torch.optim.Optimizer, sections 1.1 (construction and groups) and 1.6
// (load_state_dict) of our reference notes, row by row, with the texts that PyTorch 2.13.0 printed.
// (1.9, the constructors', is constructor_errors_test.cpp.)
//
// Rows of 1.1 that are a document's, and tested in tests/data/broken_experiments.json under their
// names, with path and message: `params` is a single tensor; an empty iterable; a group that is no
// dictionary; a group without `params` (KeyError: 'params'); params that are no ordered collection;
// an element that is no tensor; the same parameter twice in one group, of which PyTorch only warns.
//
// Rows that cannot arise, because of C++'s types:
// - "can't optimize a non-leaf Tensor": a Parameter is a leaf; what autograd computes is none.
// - "all optimizer params should be with/without names. Some param names are missing" and "all
//   optimizer param groups should be with/without names. cannot add param group with names to the
//   optimizer" (or without): every Parameter has a name.
// - "parameter group didn't specify a value of required optimization parameter X": no class of
//   torch.optim has such a default any more, and Options' members all have one.
#include "core/optim/fixtures.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

// Parameters p (2 elements) and q (3), of which p was stepped three times by Adam.
class ErrorTable : public ::testing::Test {
 protected:
  ErrorTable() : p(parameters_.add({1.0F, 2.0F})), q(parameters_.add({3.0F, 4.0F, 5.0F})) {
    const auto adam = make_optimizer("Adam", {}, {&p});
    for (int step = 0; step < 3; ++step) {
      set_grad(p, {0.5F, -1.0F});
      EXPECT_TRUE(adam->step().ok());
    }
    saved = adam->state_dict();
  }

  static Error error_of(const Status& status) {
    EXPECT_FALSE(status.ok());
    return status.ok() ? Error() : status.error();
  }

 private:
  Parameters parameters_;

 protected:
  Parameter& p;
  Parameter& q;
  StateDict saved;
};

TEST_F(ErrorTable, Row11ParameterAlreadyInAnotherGroup) {
  const auto sgd = make_optimizer("SGD", {}, {&p});
  const Error error = error_of(sgd->add_param_group({&q, &p}, {}));
  EXPECT_EQ(error.message, "some parameters appear in more than one parameter group");
  // Nothing of the refused group is left behind.
  EXPECT_EQ(sgd->group_count(), 1U);
  EXPECT_TRUE(sgd->add_param_group({&q}, {}).ok());
}

TEST_F(ErrorTable, Row11WhatIsNoError) {
  // Groups without parameters, values that the constructor would refuse, frozen parameters, and a
  // parameter twice in one group.
  const auto adam = make_optimizer("Adam", {}, {});
  EXPECT_TRUE(adam->add_param_group({&p}, {{"lr", -5.0}, {"betas", std::vector{2.0, 3.0}}}).ok());
  q.set_requires_grad(false);
  EXPECT_TRUE(adam->add_param_group({&q, &q}, {}).ok());
  EXPECT_EQ(adam->group_count(), 3U);
  EXPECT_TRUE(adam->step().ok());
}

TEST_F(ErrorTable, Row16NumberOfGroups) {
  const auto adam = make_optimizer("Adam", {}, {&p});
  ASSERT_TRUE(adam->add_param_group({&q}, {}).ok());
  const Error error = error_of(adam->load_state_dict(saved));
  EXPECT_EQ(error.message, "loaded state dict has a different number of parameter groups");
  EXPECT_EQ(error.path, "/param_groups");
}

TEST_F(ErrorTable, Row16SizeOfAGroup) {
  const auto adam = make_optimizer("Adam", {}, {&p, &q});
  const Error error = error_of(adam->load_state_dict(saved));
  EXPECT_EQ(error.message,
            "loaded state dict contains a parameter group that doesn't match the size of "
            "optimizer's group");
  EXPECT_EQ(error.path, "/param_groups/0/params");
}

TEST_F(ErrorTable, Row16ARefusedDictionaryChangesNothing) {
  const auto adam = make_optimizer("Adam", {{"lr", 0.25}}, {&p, &q});
  EXPECT_FALSE(adam->load_state_dict(saved).ok());
  EXPECT_EQ(adam->lr(0), 0.25);
  EXPECT_TRUE(adam->state(p).empty());
}

TEST_F(ErrorTable, Row16TheClassIsNotChecked) {
  const auto sgd = make_optimizer("SGD", {}, {&p});
  ASSERT_TRUE(sgd->load_state_dict(saved).ok());
  EXPECT_EQ(error_of(sgd->step()).message, "KeyError: 'momentum'");
}

TEST(ErrorTableShapes, Row16ShapesAreNotCheckedUntilTheNextStep) {
  struct Row {
    Shape saved;
    Shape loading;
    std::string_view message;
  };
  const Row rows[] = {
      {{2},
       {3},
       "The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0"},
      {{4, 3},
       {4, 2},
       "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1"},
      {{3, 2},
       {2, 2},
       "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 0"},
      {{2}, {2, 2}, "output with shape [2] doesn't match the broadcast shape [2, 2]"},
      {{2, 2}, {2}, "output with shape [2] doesn't match the broadcast shape [2, 2]"},
      {{1, 2}, {2, 1}, "output with shape [1, 2] doesn't match the broadcast shape [2, 2]"},
      {{}, {2}, "output with shape [] doesn't match the broadcast shape [2]"},
      {{2}, {}, "output with shape [] doesn't match the broadcast shape [2]"},
      {{2}, {1}, "output with shape [1] doesn't match the broadcast shape [2]"},
      {{1, 2}, {2}, "output with shape [2] doesn't match the broadcast shape [1, 2]"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.message);
    Parameter before("p", Tensor(row.saved));
    before.materialize_grad().fill(1.0F);
    const auto adam = make_optimizer("Adam", {}, {&before});
    ASSERT_TRUE(adam->step().ok());
    Parameter after("p", Tensor(row.loading));
    const auto fresh = make_optimizer("Adam", {}, {&after});
    ASSERT_TRUE(fresh->load_state_dict(adam->state_dict()).ok());
    ASSERT_TRUE(fresh->step().ok()) << "without a gradient nothing is touched";
    after.materialize_grad().fill(1.0F);
    const Status status = fresh->step();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().message, row.message);
    EXPECT_EQ(status.error().path, "/state/0");
  }
}

TEST_F(ErrorTable, Row16TheLoadedGroupReplacesHyperParameters) {
  const auto adam = make_optimizer("Adam", {{"lr", 0.25}, {"eps", 1e-3}}, {&p});
  ASSERT_TRUE(adam->load_state_dict(saved).ok());
  EXPECT_EQ(adam->lr(0), 1e-3);
  EXPECT_EQ(adam->hyper(0, "eps").value(), HyperValue(1e-8));
  EXPECT_EQ(state_of(*adam, p, "step").at(0), 3.0F);
}

TEST_F(ErrorTable, Row16FlagsOfNewerVersionsAreFilledIn) {
  StateDict::Group& group = saved.param_groups[0];
  const auto drop = [&](std::string_view name) {
    group.options.erase(std::remove_if(group.options.begin(), group.options.end(),
                                       [&](const auto& option) { return option.first == name; }),
                        group.options.end());
  };
  drop("maximize");
  drop("amsgrad");
  const auto adam = make_optimizer("Adam", {{"maximize", true}}, {&p});
  ASSERT_TRUE(adam->load_state_dict(saved).ok());
  EXPECT_EQ(adam->hyper(0, "maximize").value(), HyperValue(false));
  EXPECT_TRUE(adam->step().ok());
  drop("eps");
  ASSERT_TRUE(adam->load_state_dict(saved).ok());
  EXPECT_EQ(error_of(adam->step()).message, "KeyError: 'eps'");
}

// 1.5: ids count parameters through the groups; a duplicate has the last of its positions.
TEST_F(ErrorTable, Row15IdsCountThroughTheGroups) {
  Parameter r("r", Tensor(Shape{}, std::array{1.0F}));
  const auto adam = make_optimizer("Adam", {}, {&p});
  ASSERT_TRUE(adam->add_param_group({&q, &q, &r}, {}).ok());
  q.materialize_grad().fill(1.0F);
  ASSERT_TRUE(adam->step().ok());
  const StateDict dict = adam->state_dict();
  EXPECT_EQ(dict.param_groups[0].params, (std::vector<std::size_t>{0}));
  EXPECT_EQ(dict.param_groups[1].params, (std::vector<std::size_t>{2, 2, 3}));
  ASSERT_EQ(dict.state.size(), 2U) << "p, which kept its gradient, and q";
  EXPECT_EQ(dict.state[1].id, 2U);
}

}  // namespace
}  // namespace steplab
