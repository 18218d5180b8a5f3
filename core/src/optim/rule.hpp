// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

#include "optim/grouped_optimizer.hpp"
#include "optim/rule_concepts.hpp"

namespace steplab {

/// A symbol of a rule's formula, or one of the terms that its update is the sum of.
using SymbolField = SymbolInfo;

/// Puts a rule into the shape that GroupedOptimizer runs and the registry lists. A `Rule` is what
/// one optimizer adds to all that they have in common:
///
///     kName, kFamily, kSummary, kPytorchClass, kPaper, kFormula   what OptimizerInfo says
///     kCheckedAgainst, kAgreement                the reference that its golden traces come from
///     Options                hyper-parameters; trivially copyable; defaults are PyTorch's
///     State                  what is kept per parameter
///     hyper_fields()         the names of Options' members (STEPLAB_HYPER)
///     state_fields()         state_dict's keys in its order (STEPLAB_STATE)
///     symbols()              the symbols and terms that the inspector is told of
///     validate(options)      the constructor's ValueErrors
///     update(context, parameter, state, options)   one parameter's step, which calls
///                            bump_version() as often as PyTorch; it may return a Status
///   or
///     step(groups, context)  a whole step, for what needs all gradients at once or a closure
///
/// and where it needs them:
///
///     allocate_span(state, elements, group)   the same where all parameters are one vector of so
///                            many elements, and none has state of its own
///     kMostElements          how many elements a group may have (dense matrices)
///     complete(options)      what the constructor computes from its arguments and keeps in groups
///     create_state(state, group, constructor)   lazy initialisation: which tensors exist;
///                            `constructor` are the options given to the constructor
///     create_state(state, parameter)   the same, for state that starts from the parameter
///     allocate_state(state, parameter, group)   sizes of tensors; without it each StateTensor is
///                            like the parameter
///     prepare(state, group)  for every parameter of a group before the first is updated
///     allocate_group(state, parameters, group)   the same for what the first parameter's state
///                            keeps for its whole group
///     complete(options)      what the constructor makes of options that were not given
///     update_sparse(context, parameter, state, options)   the step where the gradient is
///                            row-sparse; without it such a gradient is refused, and without
///                            update() a dense one
///     kLayoutRefusal         the text of that, where it is not "<name> does not support sparse
///                            gradients"
///     check_parameter(parameter)   what the constructor raises about a parameter
///     kOneGroup              what the constructor raises about a second group
///     kNeedsClosure          step() is TypeError without a closure
///     kMatricesOnly          check_parameter refuses what has other than two dimensions
///     kSamplesLabels         step() makes use of a closure's sample_gradient()
///     kCreatesStateInConstructor   state exists before the first gradient
///     kPython                a class for exported scripts, where PyTorch has none
template <class Rule>
class RuleOf {
 public:
  using Options = typename Rule::Options;
  using State = typename Rule::State;
  static_assert(std::is_trivially_copyable_v<Options>);

  /// The groups of an optimizer as its own rule sees them, for rules that are a whole step.
  class Groups {
   public:
    explicit Groups(GroupedOptimizer& optimizer) : optimizer_(optimizer) {}

    std::size_t size() const { return optimizer_.groups().size(); }
    std::span<Parameter* const> parameters(std::size_t group) const {
      return optimizer_.groups()[group].parameters;
    }
    Options& options(std::size_t group) {
      return *reinterpret_cast<Options*>(optimizer_.groups()[group].options.get());
    }

    /// Creates the missing state of every parameter that has a gradient.
    Status prepare() {
      for (GroupedOptimizer::Group& group : optimizer_.groups()) {
        if (Status status = optimizer_.prepare(group); !status) return status;
      }
      return {};
    }

    /// visit(parameter, state, options) for every parameter that has a gradient, in order.
    template <class Visit>
    void for_each_gradient(Visit visit) {
      for_each([&](Parameter& parameter, State& state, Options& options) {
        if (parameter.has_grad()) visit(parameter, state, options);
      });
    }

    /// The same for one group, without its options.
    template <class Visit>
    void for_each_gradient(std::size_t group, Visit visit) {
      GroupedOptimizer::Group& members = optimizer_.groups()[group];
      for (std::size_t i = 0; i < members.parameters.size(); ++i) {
        Parameter& parameter = *members.parameters[i];
        if (parameter.has_grad()) visit(parameter, state_of(members.slots[i]->state.get()));
      }
    }

    /// The same for every parameter.
    template <class Visit>
    void for_each(Visit visit) {
      for (GroupedOptimizer::Group& group : optimizer_.groups()) {
        for (std::size_t i = 0; i < group.parameters.size(); ++i) {
          visit(*group.parameters[i], *static_cast<State*>(group.slots[i]->state.get()),
                *reinterpret_cast<Options*>(group.options.get()));
        }
      }
    }

    /// What the first parameter keeps for all, created if need be; null where there is none.
    Result<State*> shared() {
      if (size() == 0 || optimizer_.groups().front().slots.empty()) {
        return static_cast<State*>(nullptr);
      }
      return ensure_state(0, 0);
    }
    GroupedOptimizer& optimizer() { return optimizer_; }

    /// Creates a parameter's state although it may have no gradient (LBFGS keeps all under the
    /// first).
    Result<State*> ensure_state(std::size_t group, std::size_t index) {
      GroupedOptimizer::Group& owner = optimizer_.groups()[group];
      if (Status status = optimizer_.ensure_state(owner, index); !status) return status.error();
      return static_cast<State*>(owner.slots[index]->state.get());
    }

   private:
    GroupedOptimizer& optimizer_;
  };

  static const ErasedRule& erased() {
    static const ErasedRule rule = {
        Rule::kName,
        Rule::hyper_fields(),
        Rule::state_fields(),
        needs_closure(),
        sparse_gradients(),
        layout_refusal(),
        CreatesStateInConstructor<Rule>,
        sizeof(Options),
        [](void* options) { ::new (options) Options(); },
        one_group(),
        check_parameter(),
        []() -> void* { return new State(); },
        [](void* state) { delete static_cast<State*>(state); },
        &allocate_state,
        allocate_group(),
        most_elements(),
        &create_state,
        prepare(),
        update(),
        update_sparse(),
        step(),
    };
    return rule;
  }

  static Result<std::unique_ptr<Optimizer>> create(const HyperValues& values) {
    auto options = GroupedOptimizer::default_options(erased());
    const HyperTable table(Rule::kName, Rule::hyper_fields());
    if (Status status = table.set_all(options.get(), values); !status) return status.error();
    auto& given = *reinterpret_cast<Options*>(options.get());
    if (Status status = Rule::validate(given); !status) return status.error();
    if constexpr (Completes<Rule>) Rule::complete(given);
    return std::unique_ptr<Optimizer>(new GroupedOptimizer(erased(), std::move(options)));
  }

  static constexpr bool needs_closure() {
    if constexpr (NeedsClosure<Rule>) return Rule::kNeedsClosure;
    return false;
  }

  static constexpr SparseGradients sparse_gradients() {
    if (!UpdatesSparse<Rule>) return SparseGradients::kRefused;
    return Updates<Rule> ? SparseGradients::kAccepted : SparseGradients::kRequired;
  }

  static std::string_view python() {
    if constexpr (HasPython<Rule>) {
      static_assert(!Rule::kPython.empty(), "WebAssembly needs it: STEPLAB_PYTHON, not _TEXT");
      return Rule::kPython;
    }
    return {};
  }

 private:
  static State& state_of(void* state) { return *static_cast<State*>(state); }
  static const Options& options_of(const void* options) {
    return *static_cast<const Options*>(options);
  }

  static void allocate_state([[maybe_unused]] void* state,
                             [[maybe_unused]] const Parameter& parameter,
                             [[maybe_unused]] const void* group) {
    if constexpr (AllocatesState<Rule>) {
      Rule::allocate_state(state_of(state), parameter, options_of(group));
    } else if constexpr (!SpansParameters<Rule>) {
      for (const StateField& field : Rule::state_fields()) {
        if (field.kind == StateKind::kTensor) field.tensor(state).allocate(parameter.shape());
      }
    }
  }

  static void create_state(void* state, [[maybe_unused]] const Parameter& parameter,
                           [[maybe_unused]] const void* group,
                           [[maybe_unused]] const void* constructor) {
    if constexpr (CreatesStateFromParameter<Rule>) {
      Rule::create_state(state_of(state), parameter);
    } else if constexpr (CreatesState<Rule>) {
      Rule::create_state(state_of(state), options_of(group), options_of(constructor));
    } else {
      for (const StateField& field : Rule::state_fields()) {
        if (field.kind == StateKind::kTensor) field.tensor(state).create();
      }
    }
  }

  static constexpr std::string_view one_group() {
    if constexpr (HasOneGroup<Rule>) return Rule::kOneGroup;
    return {};
  }

  static constexpr auto allocate_group()
      -> void (*)(void*, std::span<Parameter* const>, const void*) {
    if constexpr (AllocatesGroup<Rule>) {
      return [](void* state, std::span<Parameter* const> parameters, const void* group) {
        Rule::allocate_group(state_of(state), parameters, options_of(group));
      };
    } else if constexpr (SpansParameters<Rule>) {
      return [](void* state, std::span<Parameter* const> parameters, const void* group) {
        Rule::allocate_span(state_of(state), element_count(parameters), options_of(group));
      };
    }
    return nullptr;
  }

  static constexpr std::size_t most_elements() {
    if constexpr (LimitsElements<Rule>) return Rule::kMostElements;
    return std::numeric_limits<std::size_t>::max();
  }

  static constexpr auto check_parameter() -> Status (*)(const Parameter&) {
    if constexpr (ChecksParameter<Rule>) return &Rule::check_parameter;
    return nullptr;
  }

  static constexpr auto prepare() -> Status (*)(void*, const void*) {
    if constexpr (Prepares<Rule>) {
      return [](void* state, const void* group) {
        return Rule::prepare(state_of(state), options_of(group));
      };
    }
    return nullptr;
  }

  static constexpr std::string_view layout_refusal() {
    if constexpr (RefusesLayout<Rule>) return Rule::kLayoutRefusal;
    return {};
  }

  using Update = Status (*)(const StepContext&, Parameter&, void*, void*);

  static constexpr Update update() {
    if constexpr (Updates<Rule>) {
      return [](const StepContext& context, Parameter& parameter, void* state,
                void* options) -> Status {
        auto& given = *static_cast<Options*>(options);
        if constexpr (std::is_void_v<decltype(Rule::update(context, parameter, state_of(state),
                                                           given))>) {
          Rule::update(context, parameter, state_of(state), given);
          return {};
        } else {
          return Rule::update(context, parameter, state_of(state), given);
        }
      };
    }
    return nullptr;
  }

  // The page's first engine is given no row-sparse gradient: its pages load the full one for them.
  static constexpr Update update_sparse() {
#ifdef STEPLAB_FIRST_STEPS_ONLY
    constexpr bool kIsBuilt = false;
#else
    constexpr bool kIsBuilt = UpdatesSparse<Rule>;
#endif
    if constexpr (kIsBuilt) {
      return [](const StepContext& context, Parameter& parameter, void* state,
                void* options) -> Status {
        return Rule::update_sparse(context, parameter, state_of(state),
                                   *static_cast<Options*>(options));
      };
    }
    return nullptr;
  }

  static constexpr auto step() -> Status (*)(GroupedOptimizer&, const StepContext&) {
    if constexpr (!Updates<Rule> && !UpdatesSparse<Rule>) {
      return [](GroupedOptimizer& optimizer, const StepContext& context) {
        Groups groups(optimizer);
        return Rule::step(groups, context);
      };
    }
    return nullptr;
  }
};

/// A rule's registry entry.
template <class Rule>
OptimizerInfo describe_optimizer() {
  OptimizerInfo info;
  info.name = Rule::kName;
  info.family = Rule::kFamily;
  info.summary = Rule::kSummary;
  info.pytorch_class = Rule::kPytorchClass;
  info.checked_against = Rule::kCheckedAgainst;
  info.agreement = Rule::kAgreement;
  info.needs_closure = RuleOf<Rule>::needs_closure();
  info.samples_labels = SamplesLabels<Rule>;
  info.matrices_only = MatricesOnly<Rule>;
  info.sparse_gradients = RuleOf<Rule>::sparse_gradients();
  info.paper = Rule::kPaper;
  info.formula = Rule::kFormula;
  info.python = RuleOf<Rule>::python();
  const typename Rule::Options defaults;
  info.hyper_parameters = HyperTable(Rule::kName, Rule::hyper_fields()).infos(&defaults);
  for (const StateField& field : Rule::state_fields()) {
    info.state.push_back({field.name, field.symbol, field.doc});
  }
  info.symbols.assign(Rule::symbols().begin(), Rule::symbols().end());
  info.create = &RuleOf<Rule>::create;
  return info;
}

}  // namespace steplab
