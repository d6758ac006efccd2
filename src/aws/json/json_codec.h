// SPDX-License-Identifier: Apache-2.0
// Generated structs from JSON and to it, as the services of protocols json 1.0 and 1.1 do: unknown members are ignored,
// null is absence, a value of another type is a SerializationException, a value that the model does not allow is told
// with all its like.
#pragma once

#include <string>
#include <string_view>

#include "aws/service_error.h"
#include "aws/shapes/shape.h"
#include "aws/shapes/violations.h"
#include "base/result.h"

namespace caudal::aws {

// What was read is put into `target`, a value of `shape`, a structure. An error: SerializationException.
Outcome<void> decode_json(std::string_view body, const Shape& shape, void* target, Violations& violations);

// Appends the members that have a value, in the model's order.
void encode_json(std::string& out, const Shape& shape, const void* value);

template <class T>
std::string to_json(const T& value) {
  std::string out;
  encode_json(out, shape_of<T>(), &value);
  return out;
}

// For a modelled error with more members than its message.
template <class T>
ServiceError with_members(ServiceError error, const T& members) {
  const std::string object = to_json(members);
  error.json_members = object.substr(1, object.size() - 2);
  return error;
}

}  // namespace caudal::aws
