// SPDX-License-Identifier: Apache-2.0
// A service that speaks JSON: what operations it has, and a table of handlers that a door fills. Decodes and holds
// against the model what comes, calls the handler, encodes what it answers.
//
//   JsonDispatcher<Call> dispatcher(dynamodb::service());
//   dispatcher.on(dynamodb::operations::kGetItem,
//                 [&](Call& call, dynamodb::GetItemInput input) -> Outcome<dynamodb::GetItemOutput> { ... });
//   const std::string name = TRY(dispatcher.service().operation_of_target("DynamoDB_20120810.GetItem"));
//   Outcome<std::string> body = dispatcher.call(name, request_body, call);
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "aws/json/json_codec.h"
#include "aws/service_error.h"
#include "base/check.h"

namespace caudal::aws {

// How a service words errors that are not its own.
enum class JsonWords { kDynamoDb, kGlue, kAthena };

struct JsonService {
  std::string_view name;           // as in the scope of a signature
  std::string_view target_prefix;  // "DynamoDB_20120810"
  std::string_view content_type;
  JsonWords words;
  std::span<const std::string_view> offered;      // sorted; a JsonOperation's index points here
  std::span<const std::string_view> not_offered;  // sorted

  // "GetItem" of "DynamoDB_20120810.GetItem"; UnknownOperationException for the target of another service, and for no
  // operation at all.
  Outcome<std::string_view> operation_of_target(std::string_view target) const;
  // Its place in `offered`; UnknownOperationException that tells one not offered from one unknown.
  Outcome<size_t> find(std::string_view operation) const;
  ServiceError not_offered_error(std::string_view operation) const;
  // The code of a request that the model does not allow is the service's own.
  ServiceError violation(const Violations& violations) const;
};

// In place of an input or output that the model lacks.
struct NoInput {};
struct NoOutput {};

template <class InputType, class OutputType>
struct JsonOperation {
  using Input = InputType;
  using Output = OutputType;
  size_t index;
  std::string_view name;
};

// The input of an operation from a request's body.
template <class Input>
Outcome<Input> decode_input(const JsonService& service, std::string_view body) {
  Input input;
  if constexpr (!std::is_same_v<Input, NoInput>) {
    Violations violations;
    TRY(decode_json(body, shape_of<Input>(), &input, violations));
    if (!violations.empty()) return service.violation(violations);
  }
  return input;
}

// The body of an answer; nothing for an operation without output.
template <class Output>
std::string encode_output(const Output& output) {
  if constexpr (std::is_same_v<Output, NoOutput>)
    return {};
  else
    return to_json(output);
}

// Filled once, then read by any number of threads. `Context`: what handlers need of the call beside the input.
template <class Context>
class JsonDispatcher {
 public:
  explicit JsonDispatcher(const JsonService& service)
      : service_(service), handlers_(service.offered.size()), later_(service.offered.size()) {}

  // `handler`: Outcome<Output>(Context&, Input); or Outcome<std::string>, for an output that it has encoded itself.
  template <class Input, class Output, class Handler>
  void on(const JsonOperation<Input, Output>& operation, Handler handler) {
    CHECK(service_.offered[operation.index] == operation.name, "an operation of another service");
    CHECK(!handlers_[operation.index] && !later_[operation.index], "an operation has two handlers");
    handlers_[operation.index] = [this, handler = std::move(handler)](Context& context,
                                                                      std::string_view body) -> Outcome<std::string> {
      auto output = handler(context, TRY(decode_input<Input>(service_, body)));
      if constexpr (std::is_same_v<decltype(output), Outcome<std::string>>) {
        return output;
      } else {
        static_assert(std::is_same_v<decltype(output), Outcome<Output>>, "the operation's own output");
        if (!output) return std::move(output).error();
        return encode_output(*output);
      }
    };
  }

  // `handler`: void(Context&, Input, Answer<Output>), for what is answered later, from any thread: it calls the answer
  // once. What call_later() was given besides the body lasts until the answer is destroyed.
  template <class Output>
  using Answer = std::move_only_function<void(Outcome<Output>)>;
  template <class Input, class Output, class Handler>
  void on_later(const JsonOperation<Input, Output>& operation, Handler handler) {
    CHECK(service_.offered[operation.index] == operation.name, "an operation of another service");
    CHECK(!handlers_[operation.index] && !later_[operation.index], "an operation has two handlers");
    later_[operation.index] = [this, handler = std::move(handler)](Context& context, std::string_view body,
                                                                   Answer<std::string> answer) {
      auto input = decode_input<Input>(service_, body);
      if (!input) return answer(std::move(input).error());
      handler(context, *std::move(input), [answer = std::move(answer)](Outcome<Output> output) mutable {
        if (!output) return answer(std::move(output).error());
        answer(encode_output(*output));
      });
    };
  }

  const JsonService& service() const { return service_; }
  // Whether an operation is answered later; not of one that is not offered.
  bool answers_later(std::string_view operation) const {
    const Outcome<size_t> index = service_.find(operation);
    return index && later_[*index];
  }

  // Calls `answer` with the body of the answer, now or later.
  void call_later(std::string_view operation, std::string_view body, Context& context,
                  Answer<std::string> answer) const {
    const Outcome<size_t> index = service_.find(operation);
    if (!index || !later_[*index]) return answer(call(operation, body, context));
    later_[*index](context, body, std::move(answer));
  }

  // The body of the answer, of an operation that is answered at once.
  Outcome<std::string> call(std::string_view operation, std::string_view body, Context& context) const {
    const size_t index = TRY(service_.find(operation));
    if (!handlers_[index]) return service_.not_offered_error(operation);
    return handlers_[index](context, body);
  }

 private:
  const JsonService& service_;
  std::vector<std::function<Outcome<std::string>(Context&, std::string_view)>> handlers_;
  std::vector<std::function<void(Context&, std::string_view, Answer<std::string>)>> later_;
};

}  // namespace caudal::aws
