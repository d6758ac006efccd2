// SPDX-License-Identifier: Apache-2.0
// What the doors of services with AWS's Query protocol share: the form read, its sender known, the answer in XML.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/identities.h"
#include "api/gate/authenticator.h"
#include "api/gate/visit.h"
#include "aws/query/query_protocol.h"
#include "aws/request_ids.h"
#include "aws/service_error.h"
#include "base/clock.h"

namespace caudal::api {

class QueryDoor : public Door {
 public:
  std::string_view service() const override { return api_.service; }
  std::string make_request_id() override { return ids_.for_json(); }
  void answer(std::unique_ptr<Visit> visit) override;

 protected:
  struct Api {
    std::string_view service;        // as signatures have it: "sts"
    std::string_view version;        // "2011-06-15"
    std::string_view xml_namespace;  // of its answers
  };
  struct Call {
    Visit& visit;
    const access::Identity& caller;  // never anonymous
    const aws::QueryParameters& parameters;
  };

  // `identities` and `clock` outlive it. `seed`: of the request ids.
  QueryDoor(const access::Identities& identities, const Clock& clock, uint64_t seed, const Api& api);

  // The elements of the action's result; `action` is of the API's version. Where there is none of that name: nothing,
  // and the visit's record is left alone.
  virtual std::optional<aws::Outcome<std::string>> perform(std::string_view action, const Call& call) = 0;

 private:
  aws::Outcome<std::string> document_for(Visit& visit);

  const Api api_;
  Authenticator authenticator_;
  aws::RequestIds ids_;
};

}  // namespace caudal::api
