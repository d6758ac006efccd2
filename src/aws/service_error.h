// SPDX-License-Identifier: Apache-2.0
// What a door answers when it refuses: the service's own code, status and words. Outcome<T> is to doors and handlers
// what Result<T> is to rooms; TRY works with both. How an error looks on the wire is error_reply.h's business.
#pragma once

#include <concepts>
#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace caudal::aws {

struct [[nodiscard]] ServiceError {
  std::string code;  // "NoSuchKey", "ValidationException"
  int status = 400;
  std::string message;
  std::vector<std::pair<std::string, std::string>> members = {};  // S3: further elements of <Error>, in this order
  std::string json_members = {};  // JSON services: further members of the object, written already: "\"Item\":{}"
};

template <class T>
class [[nodiscard]] Outcome : public std::expected<T, ServiceError> {
  using Base = std::expected<T, ServiceError>;

 public:
  using Base::Base;
  Outcome(ServiceError error) : Base(std::unexpected(std::move(error))) {}  // NOLINT(google-explicit-constructor)
  template <class U>
    requires(std::convertible_to<U, T> && !std::same_as<std::remove_cvref_t<U>, ServiceError>)
  Outcome(U&& value) : Base(std::forward<U>(value)) {}  // NOLINT(google-explicit-constructor)
};

template <>
class [[nodiscard]] Outcome<void> : public std::expected<void, ServiceError> {
  using Base = std::expected<void, ServiceError>;

 public:
  using Base::Base;
  Outcome(ServiceError error) : Base(std::unexpected(std::move(error))) {}  // NOLINT(google-explicit-constructor)
};

}  // namespace caudal::aws
