// SPDX-License-Identifier: Apache-2.0
// Two lists of names, lower case and without "s3:".
#include "access/s3_actions.h"

#include <algorithm>
#include <array>

#include "access/ascii.h"
#include "access/pattern.h"

namespace caudal::access {
namespace {

constexpr auto kObjectActions = std::to_array<std::string_view>({
    "abortmultipartupload",
    "bypassgovernanceretention",
    "deleteobject",
    "deleteobjecttagging",
    "deleteobjectversion",
    "deleteobjectversiontagging",
    "getobject",
    "getobjectacl",
    "getobjectattributes",
    "getobjectlegalhold",
    "getobjectretention",
    "getobjecttagging",
    "getobjecttorrent",
    "getobjectversion",
    "getobjectversionacl",
    "getobjectversionattributes",
    "getobjectversionforreplication",
    "getobjectversiontagging",
    "getobjectversiontorrent",
    "initiatereplication",
    "listmultipartuploadparts",
    "objectowneroverridetobucketowner",
    "putobject",
    "putobjectacl",
    "putobjectlegalhold",
    "putobjectretention",
    "putobjecttagging",
    "putobjectversionacl",
    "putobjectversiontagging",
    "replicatedelete",
    "replicateobject",
    "replicatetags",
    "restoreobject",
    "updateobjectencryption",
});

constexpr auto kBucketActions = std::to_array<std::string_view>({
    "createbucket",
    "createbucketmetadatatableconfiguration",
    "deletebucket",
    "deletebucketmetadatatableconfiguration",
    "deletebucketownershipcontrols",
    "deletebucketpolicy",
    "deletebucketwebsite",
    "getaccelerateconfiguration",
    "getanalyticsconfiguration",
    "getbucketabac",
    "getbucketacl",
    "getbucketcors",
    "getbucketlocation",
    "getbucketlogging",
    "getbucketmetadatatableconfiguration",
    "getbucketnotification",
    "getbucketobjectlockconfiguration",
    "getbucketownershipcontrols",
    "getbucketpolicy",
    "getbucketpolicystatus",
    "getbucketpublicaccessblock",
    "getbucketrequestpayment",
    "getbuckettagging",
    "getbucketversioning",
    "getbucketwebsite",
    "getencryptionconfiguration",
    "getintelligenttieringconfiguration",
    "getinventoryconfiguration",
    "getlifecycleconfiguration",
    "getmetricsconfiguration",
    "getreplicationconfiguration",
    "listbucket",
    "listbucketmultipartuploads",
    "listbucketversions",
    "putaccelerateconfiguration",
    "putanalyticsconfiguration",
    "putbucketabac",
    "putbucketacl",
    "putbucketcors",
    "putbucketlogging",
    "putbucketnotification",
    "putbucketobjectlockconfiguration",
    "putbucketownershipcontrols",
    "putbucketpolicy",
    "putbucketpublicaccessblock",
    "putbucketrequestpayment",
    "putbuckettagging",
    "putbucketversioning",
    "putbucketwebsite",
    "putencryptionconfiguration",
    "putintelligenttieringconfiguration",
    "putinventoryconfiguration",
    "putlifecycleconfiguration",
    "putmetricsconfiguration",
    "putreplicationconfiguration",
    "tagresource",
    "untagresource",
    "listtagsforresource",
});

class NoVariables final : public VariableSource {
 public:
  std::optional<std::string> variable(std::string_view) const override { return std::nullopt; }
};

}  // namespace

ActionScope s3_action_scope(std::string_view action) {
  constexpr std::string_view kVendor = "s3:";
  const std::string wanted = lower(action);
  if (wanted == "*") return {true, true, true};
  if (!wanted.starts_with(kVendor)) return {};
  const auto pattern = Pattern::compile(std::string_view(wanted).substr(kVendor.size()), {.variables = false});
  const auto fits = [&](std::string_view name) { return pattern->matches(name, NoVariables()) == Match::kYes; };
  const bool buckets = std::ranges::any_of(kBucketActions, fits);
  const bool objects = std::ranges::any_of(kObjectActions, fits);
  return {buckets || objects, buckets, objects};
}

}  // namespace caudal::access
