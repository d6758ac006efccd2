// SPDX-License-Identifier: Apache-2.0
// CreateAccessKey, ListAccessKeys, UpdateAccessKey, DeleteAccessKey. Beside AWS's parameters and members a key has a
// Description and the instant at which it Expires, as `caudal keys create` gives them.
#include <algorithm>
#include <array>

#include "api/iam/lists.h"
#include "api/iam/turn.h"
#include "aws/times.h"
#include "aws/xml/xml_writer.h"
#include "base/date.h"

namespace caudal::api::iam {
namespace {

constexpr std::string_view kActive = "Active";
constexpr std::string_view kInactive = "Inactive";
constexpr std::string_view kRoot = "root";  // whose the root key is, among keys

std::string elements_of(const access::KeyInfo& key) {
  std::string out;
  aws::append_xml_element(out, "UserName", key.user);
  aws::append_xml_element(out, "AccessKeyId", key.access_key_id);
  aws::append_xml_element(out, "Status", key.state == access::KeyState::kActive ? kActive : kInactive);
  if (key.created) aws::append_xml_element(out, "CreateDate", to_string(*key.created));
  if (!key.description.empty()) aws::append_xml_element(out, "Description", key.description);
  if (key.expires) aws::append_xml_element(out, "Expires", to_string(*key.expires));
  return out;
}

Outcome<std::string> create(const Turn& turn) {
  access::KeyRequest request{.user = TRY(turn.allowed_user()),
                             .description = turn.parameter("Description").value_or("")};
  if (const auto text = turn.parameter("Expires")) {
    request.expires = aws::parse_iso_time(*text);
    if (!request.expires) return validation_error("Expires must be an instant such as 2030-12-31T00:00:00Z");
  }
  const auto made = turn.identities.create_key(request);
  if (!made) return turn.refused(made.error(), request.user);
  std::string out = "<AccessKey>";
  aws::append_xml_element(out, "UserName", made->user);
  aws::append_xml_element(out, "AccessKeyId", made->access_key_id);
  aws::append_xml_element(out, "Status", kActive);
  aws::append_xml_element(out, "SecretAccessKey", made->secret.reveal());
  const auto keys = turn.identities.keys();
  const auto own = std::ranges::find(keys, made->access_key_id, &access::KeyInfo::access_key_id);
  if (own != keys.end() && own->created) aws::append_xml_element(out, "CreateDate", to_string(*own->created));
  return out + "</AccessKey>";
}

// Of the user named, or of whoever asks; root's, which is none of a user, only to root.
Outcome<std::string> list(const Turn& turn) {
  const bool of_root = turn.caller.root() && !turn.parameter("UserName");
  const std::string user = of_root ? std::string(kRoot) : TRY(turn.allowed_user());
  if (!of_root && !turn.identities.user_id(user))
    return no_such_entity("The user with name " + user + " cannot be found.");
  Elements elements;
  for (const access::KeyInfo& key : turn.identities.keys()) {
    const bool is_roots = !key.created;
    if (key.user == user && is_roots == of_root) elements.emplace(key.access_key_id, elements_of(key));
  }
  return page_of(turn, "AccessKeyMetadata", elements);
}

// The key of the request, which is that user's. Errors: NoSuchEntity.
Outcome<std::string> key_of(const Turn& turn, const std::string& user) {
  std::string id = TRY(turn.required("AccessKeyId"));
  const auto keys = turn.identities.keys();
  const auto found = std::ranges::find(keys, id, &access::KeyInfo::access_key_id);
  if (found == keys.end() || found->user != user)
    return no_such_entity("The Access Key with id " + id + " cannot be found.");
  return id;
}

Outcome<std::string> update(const Turn& turn) {
  const std::string id = TRY(key_of(turn, TRY(turn.allowed_user())));
  const std::string status = TRY(turn.required("Status"));
  if (status != kActive && status != kInactive)
    return validation_error(
        "1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value "
        "set: [Active, Inactive]");
  const auto changed = turn.identities.enable_key(id, status == kActive);
  if (!changed) return turn.refused(changed.error(), id);
  return std::string();
}

Outcome<std::string> remove(const Turn& turn) {
  const std::string id = TRY(key_of(turn, TRY(turn.allowed_user())));
  const auto removed = turn.identities.remove_key(id);
  if (!removed) return turn.refused(removed.error(), id);
  return std::string();
}

constexpr auto kActions = std::to_array<Action>({
    {"CreateAccessKey", create},
    {"DeleteAccessKey", remove},
    {"ListAccessKeys", list},
    {"UpdateAccessKey", update},
});

}  // namespace

std::span<const Action> actions_of_keys() { return kActions; }

}  // namespace caudal::api::iam
