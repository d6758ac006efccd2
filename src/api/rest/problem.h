// SPDX-License-Identifier: Apache-2.0
// What went wrong with a request, as application/problem+json (RFC 9457) tells it: one table of kinds, of which
// answers, the OpenAPI document and the page are made. Outcome<T> is to handlers what Result<T> is to rooms.
#pragma once

#include <concepts>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace caudal::api::rest {

class JsonText;

enum class Kind : uint8_t {
  kMalformed,
  kInvalidParameters,
  kInvalidCursor,
  kUnauthenticated,
  kForbidden,
  kNotFound,
  kMethodNotAllowed,
  kReferenceTaken,
  kTooLate,
  kContradiction,
  kBackupTaken,
  kBackupUnderWay,
  kChanged,
  kTooLarge,
  kUnsupportedMediaType,
  kInvalidBody,
  kKeyReused,
  kInternal,
  kUnavailable,
};

struct ProblemKind {
  Kind kind;
  std::string_view name;  // the end of its type's address: "invalid-body"
  int status;
  std::string_view title;
  std::string_view advice;  // what a client does about it
};

// In the order of Kind.
std::span<const ProblemKind> problem_kinds();
const ProblemKind& kind_of(Kind kind);
// "/v1/docs#problem-invalid-body", where the page explains it.
std::string type_of(const ProblemKind& kind);

// One thing that is wrong in a request, and where it stands.
struct Mistake {
  enum class In : uint8_t { kBody, kQuery, kHeader };
  In in = In::kBody;
  std::string where;  // of the body a JSON pointer as a fragment ("#/amount"), else the name of a parameter or header
  std::string detail;
};

struct [[nodiscard]] Problem {
  Kind kind = Kind::kInternal;
  std::string detail;
  std::vector<Mistake> mistakes = {};
  std::string failure = {};  // what an internal one was really about: for the log alone
};

// `instance`: the URI of this very occurrence.
std::string to_json(const Problem& problem, std::string_view instance);

// Its member `errors`, if there are any.
void append_mistakes(JsonText& json, const std::vector<Mistake>& mistakes);

// What room payments and the store say, as a problem.
Problem problem_of(const Error& error);

template <class T>
class [[nodiscard]] Outcome : public std::expected<T, Problem> {
  using Base = std::expected<T, Problem>;

 public:
  using Base::Base;
  Outcome(Problem problem) : Base(std::unexpected(std::move(problem))) {}  // NOLINT(google-explicit-constructor)
  template <class U>
    requires(std::convertible_to<U, T> && !std::same_as<std::remove_cvref_t<U>, Problem>)
  Outcome(U&& value) : Base(std::forward<U>(value)) {}  // NOLINT(google-explicit-constructor)
};

template <>
class [[nodiscard]] Outcome<void> : public std::expected<void, Problem> {
  using Base = std::expected<void, Problem>;

 public:
  using Base::Base;
  Outcome(Problem problem) : Base(std::unexpected(std::move(problem))) {}  // NOLINT(google-explicit-constructor)
};

// What a room answers, as an Outcome.
template <class T>
Outcome<T> said(Result<T> result) {
  if (!result) return problem_of(result.error());
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return *std::move(result);
}

}  // namespace caudal::api::rest
