// SPDX-License-Identifier: MIT
#include "session/saved_state.hpp"

#include <algorithm>
#include <string>
#include <variant>

namespace steplab {
// The page's first engine saves no state, and is smaller without it.
#ifdef STEPLAB_FIRST_STEPS_ONLY

void SavedState::save(Problem&, const Optimizer&) { exists_ = false; }
Status SavedState::load(Problem&, Optimizer&) const {
  return Error{ErrorCode::kInvalidArgument, "", "this engine saves no state"};
}
void SavedState::archive(Archive&) {}

#else

namespace {

void archive_tensor(Archive& archive, Tensor& tensor) {
  Shape shape = tensor.shape();
  archive.list(shape, [&](std::size_t& size) { archive.value(size); });
  if (archive.is_restoring()) tensor = Tensor(std::move(shape));
  archive.values(tensor.span());
}

// Gives a variant the alternative that was saved, empty.
template <std::size_t index = 0, class... Types>
void choose(std::variant<Types...>& variant, std::size_t which) {
  if constexpr (index < sizeof...(Types)) {
    if (which == index) {
      variant.template emplace<index>();
    } else {
      choose<index + 1>(variant, which);
    }
  }
}

template <class Variant, class Visit>
void archive_variant(Archive& archive, Variant& variant, Visit visit) {
  std::size_t which = variant.index();
  archive.value(which);
  if (archive.is_restoring()) choose(variant, which);
  std::visit(visit, variant);
}

struct OptionArchiver {
  Archive& archive;
  void operator()(std::monostate&) const {}
  void operator()(bool& flag) const { archive.value(flag); }
  void operator()(double& number) const { archive.value(number); }
  void operator()(std::string& text) const { archive.text(text); }
  void operator()(std::vector<double>& numbers) const {
    archive.list(numbers, [this](double& number) { archive.value(number); });
  }
};

struct StateArchiver {
  Archive& archive;
  void operator()(Tensor& tensor) const { archive_tensor(archive, tensor); }
  void operator()(std::int64_t& count) const { archive.value(count); }
  void operator()(double& number) const { archive.value(number); }
  void operator()(std::vector<Tensor>& tensors) const {
    archive.list(tensors, [this](Tensor& tensor) { archive_tensor(archive, tensor); });
  }
};

void archive_dict(Archive& archive, StateDict& dict) {
  archive.list(dict.state, [&](StateDict::ParameterState& state) {
    archive.value(state.id);
    archive.list(state.entries, [&](StateDict::Entry& entry) {
      archive.text(entry.name);
      archive_variant(archive, entry.value, StateArchiver{archive});
    });
  });
  archive.list(dict.param_groups, [&](StateDict::Group& group) {
    archive.list(group.options, [&](HyperValues::value_type& option) {
      archive.text(option.first);
      archive_variant(archive, option.second, OptionArchiver{archive});
    });
    archive.list(group.params, [&](std::size_t& id) { archive.value(id); });
  });
}

// torch.nn.Module.load_state_dict's, for layers that came after the saving.
Error missing_keys(const std::vector<std::string>& names) {
  std::string keys;
  for (const std::string& name : names) {
    if (!keys.empty()) keys += ", ";
    keys += '"' + name + '"';
  }
  return {ErrorCode::kLoop, "",
          "Error(s) in loading state_dict for Sequential:\n\tMissing key(s) in state_dict: " +
              keys + ". "};
}

}  // namespace

void SavedState::save(Problem& problem, const Optimizer& optimizer) {
  checkpoint_.parameters.clear();
  for (const Parameter* parameter : problem.parameters()) {
    checkpoint_.parameters.push_back({parameter->name(), parameter->value()});
  }
  checkpoint_.optimizer = optimizer.state_dict();
  exists_ = true;
}

Status SavedState::load(Problem& problem, Optimizer& optimizer) const {
  if (!exists_) return Error{ErrorCode::kLoop, "", "name 'saved' is not defined"};
  std::vector<std::string> missing;
  for (Parameter* parameter : problem.parameters()) {
    const auto found =
        std::find_if(checkpoint_.parameters.begin(), checkpoint_.parameters.end(),
                     [&](const NamedTensor& saved) { return saved.name == parameter->name(); });
    if (found == checkpoint_.parameters.end()) {
      missing.push_back(parameter->name());
      continue;
    }
    const std::span<const float> values = found->value.span();
    std::copy(values.begin(), values.end(), parameter->mutable_value().span().begin());
    parameter->bump_version();
  }
  if (!missing.empty()) return missing_keys(missing);
  return optimizer.load_state_dict(checkpoint_.optimizer);
}

void SavedState::archive(Archive& archive) {
  archive.value(exists_);
  archive.list(checkpoint_.parameters, [&](NamedTensor& saved) {
    archive.text(saved.name);
    archive_tensor(archive, saved.value);
  });
  archive_dict(archive, checkpoint_.optimizer);
}

#endif

}  // namespace steplab
