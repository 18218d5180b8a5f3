// SPDX-License-Identifier: MIT
// torch.optim.Adafactor. Norms and means are summed in double here and in float32 there.
#include <cmath>
#include <string>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct Adafactor {
  static constexpr std::string_view kName = "Adafactor";
  static constexpr std::string_view kPytorchClass = "torch.optim.Adafactor";
  static constexpr std::string_view kFamily = families::kTorchOptim;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.Adafactor of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kWithin1e6;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Remembers of a weight's squared gradients only what each row and each column had, and "
      "steps by a share of the weight's own size.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "N. Shazeer, M. Stern: Adafactor: Adaptive Learning Rates with Sublinear Memory Cost, ICML "
      "2018; https://arxiv.org/abs/1804.04235");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
G_t &= \nabla f(\theta_{t-1}), \qquad \hat\beta_t = 1 - t^{\tau} \\
R_t &= \hat\beta_t R_{t-1} + (1-\hat\beta_t)\,\operatorname{mean}_{\mathrm{row}} G_t^2 \\
C_t &= \hat\beta_t C_{t-1} + (1-\hat\beta_t)\,\operatorname{mean}_{\mathrm{column}} G_t^2 \\
V_t &= R_t C_t / \max(\operatorname{mean} R_t,\, \epsilon_1) \\
U_t &= G_t / \sqrt{\max(V_t,\, \epsilon_1^2)} \\
\alpha_t &= \max\bigl(\epsilon_2,\, \operatorname{rms}(\theta_{t-1})\bigr) \min(\gamma,\, 1/\sqrt t) \\
\theta_t' &= \theta_{t-1} - \gamma\lambda\,\theta_{t-1} \\
\theta_t &= \theta_t' - \alpha_t\,U_t / \max\bigl(1,\, \operatorname{rms}(U_t)/d\bigr)
\end{aligned})");

  struct Options {
    double lr = 1e-2;
    double beta2_decay = -0.8;
    std::array<std::optional<double>, 2> eps = {std::nullopt, 1e-3};
    double d = 1.0;
    double weight_decay = 0.0;
    bool maximize = false;
  };

  struct State {
    float step = 0.0F;
    StateTensor row_var;
    StateTensor col_var;
    StateTensor variance;
    // A tensor as matrices, one after the other; a vector has no rows.
    std::size_t rows = 0;
    std::size_t columns = 0;
    Tensor update;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("γ: the largest share of its own size by which a tensor moves in a step.")},
        {STEPLAB_HYPER(beta2_decay), STEPLAB_TEXT("\\tau"), -1.0, 0.0, HyperScale::kLinear,
         STEPLAB_TEXT("τ: how fast the memory of squared gradients becomes long; −1 is a plain "
                      "mean over all steps.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon_1,\\epsilon_2"), 1e-30, 1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε₁ keeps tiny gradients from being blown up (None: the precision of the "
                      "numbers), ε₂ lets tensors near zero move.")},
        {STEPLAB_HYPER(d), STEPLAB_TEXT("d"), 1.0, 10.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("d: updates whose root mean square is larger are scaled down to it.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("λ: shrinks the parameters by γλ of themselves before the step.")},
        {STEPLAB_HYPER(maximize),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Climbs instead of descending.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(step), STEPLAB_TEXT("t"),
         STEPLAB_TEXT("t: how many steps this parameter has had.")},
        {STEPLAB_STATE(row_var), STEPLAB_TEXT("R_t"),
         STEPLAB_TEXT("R: the running mean square of each row; matrices only.")},
        {STEPLAB_STATE(col_var), STEPLAB_TEXT("C_t"),
         STEPLAB_TEXT("C: the running mean square of each column; matrices only.")},
        {STEPLAB_STATE(variance), STEPLAB_TEXT("V_t"),
         STEPLAB_TEXT("V: the running mean square of each element; vectors and single numbers "
                      "only.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kUpdate, kSize, kDecay, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("U_t"), STEPLAB_TEXT("The gradient divided by its estimated size.")},
        {STEPLAB_TEXT("\\alpha_t"), STEPLAB_TEXT("How far the tensor may move.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_{t-1}"), STEPLAB_TEXT("The decay.")},
        {STEPLAB_TEXT("-\\alpha_t\\,U_t / \\max\\bigl(1,\\, \\operatorname{rms}(U_t)/d\\bigr)"),
         STEPLAB_TEXT("The step, scaled down where it is too large.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    if (!options.eps[1]) {
      return invalid_hyper("eps", "'<=' not supported between instances of 'float' and 'NoneType'");
    }
    return rules::all(
        rules::at_least("lr", "Learning rate", 0.0, options.lr),
        -options.beta2_decay >= 0.0
            ? Status()
            : Status(invalid_hyper("beta2_decay", "beta2_decay should be <= 0 but is: " +
                                                      to_python(options.beta2_decay))),
        rules::at_least("eps", "epsilon1", 0.0, options.eps[0].value_or(0.0)),
        rules::at_least("eps", "epsilon2", 0.0, *options.eps[1]),
        rules::at_least("d", "Clipping threshold d", 1.0, options.d),
        rules::at_least("weight_decay", "weight_decay", 0.0, options.weight_decay));
  }

  static void allocate_state(State& state, const Parameter& parameter, const Options&) {
    const Shape& shape = parameter.shape();
    state.update = Tensor(shape);
    if (shape.size() < 2) return state.variance.allocate(shape);
    state.columns = shape.back();
    state.rows = shape[shape.size() - 2];
    Shape one_column = shape;
    one_column.back() = 1;
    Shape one_row = shape;
    one_row[shape.size() - 2] = 1;
    state.row_var.allocate(one_column);
    state.col_var.allocate(one_row);
  }

  static void create_state(State& state, const Parameter& parameter) {
    if (parameter.shape().size() < 2) return state.variance.create();
    state.row_var.create();
    state.col_var.create();
  }

  static Status prepare(const State& state, const Options& options) {
    if (state.update.size() == 0) {
      return invalid_hyper("params", "ZeroDivisionError: float division by zero");
    }
    if (options.eps[1]) return {};
    return invalid_hyper("eps", "'>' not supported between instances of 'float' and 'NoneType'");
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    state.step += 1.0F;
    const auto t = static_cast<double>(state.step);
    const double size = std::sqrt(static_cast<double>(parameter.value().size()));
    const double rms = norm(parameter.value().span()) / size;
    const double smallest = *options.eps[1];
    // Python's max and min keep the first of what cannot be compared.
    const double reach = (rms > smallest ? rms : smallest) *
                         (1.0 / std::sqrt(t) < options.lr ? 1.0 / std::sqrt(t) : options.lr);
    find_update(parameter.grad().span(), state, options,
                static_cast<float>(exact_pow(t, options.beta2_decay)));
    const double excess = norm(state.update.span()) / (size * options.d);
    move(context, parameter, state.update, options, reach, excess > 1.0 ? excess : 1.0);
  }

 private:
  // The 2-norm as PyTorch's .item() gives it.
  static double norm(std::span<const float> values) {
    return static_cast<double>(static_cast<float>(std::sqrt(sum_of_squares(values))));
  }

  // The mean of squares, which PyTorch takes of the norm.
  static float mean_square(double sum, std::size_t count) {
    const auto root = static_cast<float>(std::sqrt(sum));
    return root * root / static_cast<float>(count);
  }

  // Leaves U in state.update. `fresh` is how much of the new squares is taken.
  static void find_update(std::span<const float> grad, State& state, const Options& options,
                          float fresh) {
    constexpr double kPrecision = 1.1920928955078125e-07;  // finfo(float32).eps
    const double eps = options.eps[0].value_or(kPrecision);
    const std::span<float> estimate = state.update.span();
    if (state.variance.exists()) {
      for (std::size_t i = 0; i < grad.size(); ++i) {
        float& variance = state.variance.data()[i];
        estimate[i] = variance = elementwise::lerp(variance, grad[i] * grad[i], fresh);
      }
    } else {
      const std::size_t size = state.rows * state.columns;
      for (std::size_t m = 0; m * size < grad.size(); ++m) {
        estimate_matrix(grad.subspan(m * size, size), state, m, fresh, static_cast<float>(eps));
      }
    }
    const float sign = options.maximize ? -1.0F : 1.0F;
    const auto least = static_cast<float>(eps * eps);
    for (std::size_t i = 0; i < grad.size(); ++i) {
      const float clamped = estimate[i] < least ? least : estimate[i];
      estimate[i] = 1.0F / std::sqrt(clamped) * (sign * grad[i]);
    }
  }

  // One matrix of a tensor: its factors, and V in state.update.
  static void estimate_matrix(std::span<const float> grad, State& state, std::size_t matrix,
                              float fresh, float eps) {
    const std::size_t rows = state.rows;
    const std::size_t columns = state.columns;
    const std::span<float> row_var = state.row_var.span().subspan(matrix * rows, rows);
    const std::span<float> col_var = state.col_var.span().subspan(matrix * columns, columns);
    const auto square = [&](std::size_t row, std::size_t column) {
      const auto element = static_cast<double>(grad[row * columns + column]);
      return element * element;
    };
    double total = 0.0;
    for (std::size_t row = 0; row < rows; ++row) {
      double sum = 0.0;
      for (std::size_t column = 0; column < columns; ++column) sum += square(row, column);
      row_var[row] = elementwise::lerp(row_var[row], mean_square(sum, columns), fresh);
      total += static_cast<double>(row_var[row]);
    }
    for (std::size_t column = 0; column < columns; ++column) {
      double sum = 0.0;
      for (std::size_t row = 0; row < rows; ++row) sum += square(row, column);
      col_var[column] = elementwise::lerp(col_var[column], mean_square(sum, rows), fresh);
    }
    const auto mean = static_cast<float>(total / static_cast<double>(rows));
    const float divisor = mean < eps ? eps : mean;
    const std::span<float> estimate = state.update.span().subspan(matrix * rows * columns);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        estimate[row * columns + column] = row_var[row] * col_var[column] / divisor;
      }
    }
  }

  static void move(const StepContext& context, Parameter& parameter, Tensor& update,
                   const Options& options, double reach, double excess) {
    const bool decays = options.weight_decay != 0.0;
    const auto keep = static_cast<float>(1.0 - options.lr * options.weight_decay);
    const auto size = static_cast<float>(reach);
    const auto rate = static_cast<float>(-reach / excess);
    std::span<float> directions = update.span();
    const auto element = [=](const auto& probe, float& value, float, float& direction) {
      probe.symbol(kUpdate, direction);
      probe.symbol(kSize, size);
      if (decays) value = probe.scale(kDecay, value, keep);
      value = probe.add(kStep, value, direction * rate);
    };
    elementwise::for_each(context, parameter, element, directions);
    if (decays) parameter.bump_version();
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo adafactor_info() { return describe_optimizer<Adafactor>(); }

}  // namespace steplab
