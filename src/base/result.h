// SPDX-License-Identifier: Apache-2.0
// Result<T> and Error: how every fallible function of Caudal answers. Nothing here throws.
//
//   Result<Date> parse_date(std::string_view text);
//   Result<void> use() {
//     const Date date = TRY(parse_date("2024-01-31"));   // returns the Error to the caller if there is one
//     ...
//     return {};
//   }
#pragma once

#include <concepts>
#include <expected>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace caudal {

// What kind of trouble an error is, whatever room it comes from. Doors and the CLI map these to exit codes and
// statuses.
enum class ErrorClass {
  kFailed = 1,  // went wrong for a reason of its own; see the message
  kUsage,       // the caller asked for something malformed: arguments, configuration, a flow's files
  kRefused,     // the data broke a contract or a quality rule
  kCancelled,   // interrupted by the user or by a deadline
  kNotFound,
  kConflict,  // exists already, changed meanwhile, or a precondition does not hold
  kBusy,      // held by somebody else; trying again later may work
  kNoSpace,
  kPermission,
  kCorrupt,  // stored bytes are not what was written
  kUnsupported,
};

const std::error_category& error_class_category();
inline std::error_condition make_error_condition(ErrorClass c) { return {static_cast<int>(c), error_class_category()}; }

// One failure: a code to decide by, a message for a person (what was wrong, where, what to do), and the steps that led
// to it, innermost first.
struct [[nodiscard]] Error {
  std::error_code code;
  std::string message;
  std::vector<std::string> context = {};

  bool is(ErrorClass c) const { return code == make_error_condition(c); }
  // The error, with one more line of "while doing ...".
  Error with_context(std::string line) && {
    context.push_back(std::move(line));
    return std::move(*this);
  }
  // The message, then each line of context as " (while ...)".
  std::string to_string() const;
};

template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
  using Base = std::expected<T, Error>;

 public:
  using Base::Base;
  Result(Error error) : Base(std::unexpected(std::move(error))) {}  // NOLINT(google-explicit-constructor)
  template <class U>
    requires(std::convertible_to<U, T> && !std::same_as<std::remove_cvref_t<U>, Error>)
  Result(U&& value) : Base(std::forward<U>(value)) {}  // NOLINT(google-explicit-constructor)
};

template <>
class [[nodiscard]] Result<void> : public std::expected<void, Error> {
  using Base = std::expected<void, Error>;

 public:
  using Base::Base;
  Result(Error error) : Base(std::unexpected(std::move(error))) {}  // NOLINT(google-explicit-constructor)
};

// Name and class of one value of a room's `enum class Errc`.
struct ErrcInfo {
  const char* name;
  ErrorClass error_class;
};

// Makes a room's `enum class Errc` usable as std::error_code. The room offers, in its own namespace,
// `ErrcInfo errc_info(Errc)` and `std::error_code make_error_code(Errc e) { return caudal::errc_code(e); }`,
// and specialises std::is_error_code_enum.
template <class E>
class ErrcCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "caudal"; }
  std::string message(int value) const override { return errc_info(static_cast<E>(value)).name; }
  std::error_condition default_error_condition(int value) const noexcept override {
    return make_error_condition(errc_info(static_cast<E>(value)).error_class);
  }
};

template <class E>
std::error_code errc_code(E value) {
  static const ErrcCategory<E> category;
  return {static_cast<int>(value), category};
}

// Errors of room `base`: of files, and of values that do not parse.
enum class Errc {
  io = 1,
  no_space,
  permission_denied,
  not_found,
  exists,
  invalid_value,
  invalid_configuration,
  cancelled,
  corrupt
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal

template <>
struct std::is_error_code_enum<caudal::Errc> : std::true_type {};
template <>
struct std::is_error_condition_enum<caudal::ErrorClass> : std::true_type {};

// Evaluates to the value of a Result, or returns its Error from the enclosing function. May be nested.
#define TRY(expression) CAUDAL_TRY_NAMED(expression, __COUNTER__)
#define CAUDAL_TRY_NAMED(expression, number) CAUDAL_TRY(expression, number)
#define CAUDAL_TRY(expression, number)                                       \
  ({                                                                         \
    auto caudal_try_##number = (expression);                                 \
    if (!caudal_try_##number) return std::move(caudal_try_##number).error(); \
    *std::move(caudal_try_##number);                                         \
  })
