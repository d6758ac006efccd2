// SPDX-License-Identifier: Apache-2.0
// A service that speaks HTTP and XML, which is S3: which request is which operation, the operations' inputs from path,
// query, headers and body, their outputs to headers and body, and a table of handlers that the door fills. Bodies of
// objects do not pass through here: the door streams them beside the output that it is given.
//
//   RestDispatcher<Call> dispatcher(s3::service());
//   dispatcher.on(s3::operations::kHeadObject, [&](Call& call, s3::HeadObjectRequest input) ->
//   Outcome<s3::HeadObjectOutput> {...}); const RestRoute& route = TRY(find_route(s3::service(), request)); if
//   (route.request_body is kXml or kText) body = ... const RestReply reply = TRY(dispatcher.call(route, request, body,
//   call));
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "aws/json/json_service.h"
#include "aws/request.h"
#include "aws/service_error.h"
#include "aws/shapes/shape.h"
#include "base/check.h"

namespace caudal::aws {

enum class Level { kService, kBucket, kObject };
enum class Tell { kQuery, kHeader };
enum class Body { kNone, kXml, kText, kStream };

// By what a request is known among those of the same method and level.
struct Discriminator {
  Tell kind;
  std::string_view name;
  std::string_view value;  // empty: any
  bool alone;              // nothing but such an operation is meant by it, even where others are missing
};

inline constexpr size_t kNotOffered = std::numeric_limits<size_t>::max();

struct RestRoute {
  std::string_view name;
  size_t index = kNotOffered;  // of a RestOperation
  std::string_view method = {};
  Level level = Level::kService;
  std::span<const Discriminator> discriminators = {};
  int status = 200;  // of success, unless the handler has reason for another
  const Shape* input = nullptr;
  const Shape* output = nullptr;
  Body request_body = Body::kNone;
  Body response_body = Body::kNone;
  std::string_view root = {};  // the element that an XML answer is
  bool unwrapped = false;      // the answer's one member is the root's text
};

struct RestService {
  std::string_view name;  // as in the scope of a signature
  std::string_view xml_namespace;
  std::span<const RestRoute> routes;
};

// A request whose address has been taken apart; for the door knows whether the bucket stood in the host or in the path.
struct RestRequest {
  RequestHead head;
  std::string bucket = {};                                           // empty: of the service
  std::string key = {};                                              // empty: of the bucket
  std::vector<std::pair<std::string, std::string>> parameters = {};  // query_parameters(head.query())

  Level level() const { return bucket.empty() ? Level::kService : key.empty() ? Level::kBucket : Level::kObject; }
};

struct RestReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

template <class InputType, class OutputType>
struct RestOperation {
  using Input = InputType;
  using Output = OutputType;
  size_t index;
  std::string_view name;
};

// The operation that is meant. Errors: MethodNotAllowed; InvalidArgument when parameters of several operations came.
// An operation that is not offered is found, too: call() answers for it.
Outcome<const RestRoute*> find_route(const RestService& service, const RestRequest& request);

ServiceError not_implemented(std::string_view operation);

// `body`: all of it, for routes whose request_body is kXml or kText. Errors: MalformedXML, InvalidArgument.
Outcome<void> decode_rest(const RestRoute& route, const RestRequest& request, std::string_view body, void* target);
RestReply encode_rest(const RestService& service, const RestRoute& route, const void* output);

// Filled once, then read by any number of threads.
template <class Context>
class RestDispatcher {
 public:
  explicit RestDispatcher(const RestService& service)
      : service_(service), handlers_(service.routes.size()), later_(service.routes.size()) {}

  // `handler`: Outcome<Output>(Context&, Input).
  template <class Input, class Output, class Handler>
  void on(const RestOperation<Input, Output>& operation, Handler handler) {
    CHECK(!handlers_[operation.index], "an operation has two handlers");
    CHECK(
        std::ranges::any_of(service_.routes,
                            [&](const RestRoute& r) { return r.index == operation.index && r.name == operation.name; }),
        "an operation of another service");
    handlers_[operation.index] = [&service = service_, handler = std::move(handler)](
                                     const RestRoute& route, const RestRequest& request, std::string_view body,
                                     Context& context) -> Outcome<RestReply> {
      Input input;
      if constexpr (!std::is_same_v<Input, NoInput>) TRY(decode_rest(route, request, body, &input));
      Outcome<Output> output = handler(context, std::move(input));
      if (!output) return std::move(output).error();
      static_cast<void>(service);
      if constexpr (std::is_same_v<Output, NoOutput>)
        return RestReply{.status = route.status};
      else
        return encode_rest(service, route, &*output);
    };
  }

  // `handler`: void(Context&, Input, Answer<Output>), for what is answered later, from any thread: it calls the answer
  // once. What it is given lasts until the answer is destroyed.
  template <class Output>
  using Answer = std::move_only_function<void(Outcome<Output>)>;
  template <class Input, class Output, class Handler>
  void on_later(const RestOperation<Input, Output>& operation, Handler handler) {
    CHECK(!handlers_[operation.index] && !later_[operation.index], "an operation has two handlers");
    later_[operation.index] = [&service = service_, handler = std::move(handler)](
                                  const RestRoute& route, const RestRequest& request, std::string_view body,
                                  Context& context, Answer<RestReply> answer) {
      Input input;
      if (auto decoded = decode_rest(route, request, body, &input); !decoded) return answer(std::move(decoded).error());
      handler(context, std::move(input),
              [&service, &route, answer = std::move(answer)](Outcome<Output> output) mutable {
                if (!output) return answer(std::move(output).error());
                answer(encode_rest(service, route, &*output));
              });
    };
  }

  const RestService& service() const { return service_; }

  // Calls `answer` now or later.
  void call_later(const RestRoute& route, const RestRequest& request, std::string_view body, Context& context,
                  Answer<RestReply> answer) const {
    if (route.index == kNotOffered || !later_[route.index]) return answer(call(route, request, body, context));
    later_[route.index](route, request, body, context, std::move(answer));
  }

  Outcome<RestReply> call(const RestRoute& route, const RestRequest& request, std::string_view body,
                          Context& context) const {
    if (route.index == kNotOffered || !handlers_[route.index]) return not_implemented(route.name);
    return handlers_[route.index](route, request, body, context);
  }

 private:
  const RestService& service_;
  std::vector<std::function<Outcome<RestReply>(const RestRoute&, const RestRequest&, std::string_view, Context&)>>
      handlers_;
  std::vector<std::function<void(const RestRoute&, const RestRequest&, std::string_view, Context&, Answer<RestReply>)>>
      later_;
};

}  // namespace caudal::aws
