// SPDX-License-Identifier: Apache-2.0
#include "app/access_elsewhere.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <pugixml.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "access/errors.h"
#include "app/errors.h"
#include "app/server_key.h"
#include "aws/sigv4_sign.h"
#include "aws/times.h"
#include "aws/uri.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/random.h"
#include "http/client.h"

namespace caudal::app {
namespace {

constexpr int kOk = 200;
constexpr std::string_view kRoot = "root";  // whose key is listed where no user is named

using Parameters = std::vector<std::pair<std::string_view, std::string>>;

std::string form_of(std::string_view action, const Parameters& parameters) {
  std::string form = fmt::format("Action={}&Version=2010-05-08", action);
  for (const auto& [name, value] : parameters)
    if (!value.empty()) form += fmt::format("&{}={}", name, aws::uri_encoded(value));
  return form;
}

std::string text_of(pugi::xml_node element, const char* name) { return element.child(name).text().as_string(); }

std::optional<Timestamp> instant_of(pugi::xml_node element, const char* name) {
  return aws::parse_iso_time(text_of(element, name));
}

// IAM's codes as the room's, so that a command ends as it would in the directory itself.
Error error_of(pugi::xml_node answer) {
  static constexpr std::array<std::pair<std::string_view, access::Errc>, 6> kCodes = {{
      {"NoSuchEntity", access::Errc::no_such_user},
      {"EntityAlreadyExists", access::Errc::user_exists},
      {"DeleteConflict", access::Errc::user_has_keys},
      {"LimitExceeded", access::Errc::too_many},
      {"MalformedPolicyDocument", access::Errc::malformed_policy},
      {"ValidationError", access::Errc::invalid_argument},
  }};
  const pugi::xml_node error = answer.child("ErrorResponse").child("Error");
  const std::string code = text_of(error, "Code");
  const std::string message = text_of(error, "Message");
  const auto known = std::ranges::find(kCodes, code, [](const auto& one) { return std::string(one.first); });
  if (known != kCodes.end()) return {known->second, message};
  return {Errc::failed, fmt::format("the server refuses it: {} ({})", message, code)};
}

class AccessElsewhere final : public AccessDesk {
 public:
  struct Server {
    std::string url;
    std::filesystem::path data;
    std::string region;
    aws::Credentials key;
  };
  AccessElsewhere(Server server, const Clock& clock, std::unique_ptr<http::Client> client)
      : server_(std::move(server)), clock_(clock), client_(std::move(client)) {}

  Result<access::NewKey> create_key(const access::KeyRequest& request) override {
    const std::string expires = request.expires ? aws::to_iso_time(*request.expires) : "";
    pugi::xml_document answer;
    TRY(ask(answer, "CreateAccessKey",
            {{"UserName", request.user}, {"Description", request.description}, {"Expires", expires}}));
    const pugi::xml_node key =
        answer.child("CreateAccessKeyResponse").child("CreateAccessKeyResult").child("AccessKey");
    return access::NewKey{.access_key_id = text_of(key, "AccessKeyId"),
                          .secret = access::Secret(text_of(key, "SecretAccessKey")),
                          .user = text_of(key, "UserName")};
  }

  Result<std::vector<access::KeyInfo>> keys() override {
    std::vector<access::KeyInfo> keys = TRY(keys_of(""));
    for (const std::string& user : TRY(names_of_users())) {
      for (access::KeyInfo& key : TRY(keys_of(user))) keys.push_back(std::move(key));
    }
    return keys;
  }

  Result<void> enable_key(const std::string& access_key_id, bool enabled) override {
    return change("UpdateAccessKey", {{"UserName", TRY(owner_of(access_key_id))},
                                      {"AccessKeyId", access_key_id},
                                      {"Status", enabled ? "Active" : "Inactive"}});
  }
  Result<void> remove_key(const std::string& access_key_id) override {
    return change("DeleteAccessKey", {{"UserName", TRY(owner_of(access_key_id))}, {"AccessKeyId", access_key_id}});
  }
  Result<void> create_user(const std::string& name) override { return change("CreateUser", {{"UserName", name}}); }
  Result<void> remove_user(const std::string& name) override { return change("DeleteUser", {{"UserName", name}}); }

  Result<std::vector<access::UserInfo>> users() override {
    std::vector<access::UserInfo> users;
    TRY(each("ListUsers", "Users", {}, [&](pugi::xml_node one) {
      users.push_back({.name = text_of(one, "UserName"),
                       .id = text_of(one, "UserId"),
                       .created = instant_of(one, "CreateDate").value_or(Timestamp())});
    }));
    for (access::UserInfo& user : users) {
      TRY(each("ListUserPolicies", "PolicyNames", {{"UserName", user.name}},
               [&](pugi::xml_node one) { user.policies.emplace_back(one.text().as_string()); }));
      TRY(each("ListAttachedUserPolicies", "AttachedPolicies", {{"UserName", user.name}},
               [&](pugi::xml_node one) { user.policies.push_back(text_of(one, "PolicyName")); }));
      std::ranges::sort(user.policies);
      user.keys = TRY(keys_of(user.name)).size();
    }
    return users;
  }

  Result<void> put_policy(const std::string& user, const std::string& policy, const std::string& document) override {
    return change("PutUserPolicy", {{"UserName", user}, {"PolicyName", policy}, {"PolicyDocument", document}});
  }
  Result<std::string> policy(const std::string& user, const std::string& policy) override {
    pugi::xml_document answer;
    TRY(ask(answer, "GetUserPolicy", {{"UserName", user}, {"PolicyName", policy}}));
    return aws::uri_decoded(
        text_of(answer.child("GetUserPolicyResponse").child("GetUserPolicyResult"), "PolicyDocument"));
  }
  Result<void> remove_policy(const std::string& user, const std::string& policy) override {
    return change("DeleteUserPolicy", {{"UserName", user}, {"PolicyName", policy}});
  }

 private:
  // Over a connection that was used before libcurl might send a request twice, which only what reads may be.
  Result<void> ask(pugi::xml_document& answer, std::string_view action, const Parameters& parameters) {
    const bool reads = action.starts_with("List") || action.starts_with("Get");
    const std::string form = form_of(action, parameters);
    const std::string host = server_.url.substr(server_.url.find("://") + 3);
    const std::vector<aws::Header> own = {{"Host", host},
                                          {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
    const aws::SignedHead head = aws::sign({.method = "POST", .target = "/", .headers = own}, server_.key,
                                           {.dialect = aws::Dialect::kJson,
                                            .region = server_.region,
                                            .service = "iam",
                                            .at = clock_.now(),
                                            .payload_hash = to_hex(view(sha256(form)))});
    http::ClientRequest request{.method = "POST",
                                .url = server_.url + "/",
                                .body = form,
                                .retry = http::Retry::kNever,
                                .on_fresh_connection = !reads};
    for (const aws::Header& header : own) request.headers.add(header.name, header.value);
    for (const auto& [name, value] : head.headers) request.headers.add(name, value);
    auto sent = client_->send(request);
    if (!sent && !reads) {
      return std::move(sent).error().with_context(fmt::format(
          "asking the server for {}; whether it was done is not known: `caudal users list` and `caudal keys "
          "list` show it",
          action));
    }
    const http::ClientResponse told = TRY(std::move(sent));
    constexpr int kForbidden = 403;
    if (!answer.load_buffer(told.body.data(), told.body.size())) {
      return Error{Errc::failed, fmt::format("the server at {} answers {} with {} and nothing that can be read",
                                             server_.url, action, told.status)};
    }
    if (told.status == kOk) return {};
    if (told.status == kForbidden) return not_the_servers_key(server_.url, server_.data);
    return error_of(answer);
  }

  Result<void> change(std::string_view action, const Parameters& parameters) {
    pugi::xml_document answer;
    return ask(answer, action, parameters);
  }

  // Each element of all pages of a list.
  template <class Take>
  Result<void> each(const std::string& action, const char* list, Parameters parameters, Take take) {
    parameters.emplace_back("MaxItems", "1000");
    parameters.emplace_back("Marker", "");
    for (bool more = true; more;) {
      pugi::xml_document answer;
      TRY(ask(answer, action, parameters));
      const pugi::xml_node result = answer.child((action + "Response").c_str()).child((action + "Result").c_str());
      for (const pugi::xml_node one : result.child(list).children("member")) take(one);
      more = text_of(result, "IsTruncated") == "true";
      parameters.back().second = text_of(result, "Marker");
    }
    return {};
  }

  Result<std::vector<std::string>> names_of_users() {
    std::vector<std::string> names;
    TRY(each("ListUsers", "Users", {}, [&](pugi::xml_node one) { names.push_back(text_of(one, "UserName")); }));
    return names;
  }

  // By creation, as the room has them. No user: root's.
  Result<std::vector<access::KeyInfo>> keys_of(const std::string& user) {
    std::vector<access::KeyInfo> keys;
    TRY(each("ListAccessKeys", "AccessKeyMetadata", {{"UserName", user}}, [&](pugi::xml_node one) {
      access::KeyInfo key{.access_key_id = text_of(one, "AccessKeyId"),
                          .user = text_of(one, "UserName"),
                          .description = text_of(one, "Description"),
                          .created = instant_of(one, "CreateDate"),
                          .expires = instant_of(one, "Expires")};
      const bool is_over = key.expires && *key.expires <= clock_.now();
      if (text_of(one, "Status") != "Active")
        key.state = is_over ? access::KeyState::kExpired : access::KeyState::kDisabled;
      keys.push_back(std::move(key));
    }));
    std::ranges::sort(keys, {}, [](const access::KeyInfo& key) { return std::tie(key.created, key.access_key_id); });
    return keys;
  }

  Result<std::string> owner_of(const std::string& access_key_id) {
    for (const access::KeyInfo& key : TRY(keys()))
      if (key.access_key_id == access_key_id && key.user != kRoot) return key.user;
    return Error{access::Errc::no_such_key,
                 fmt::format("there is no key {}; `caudal keys list` shows those that there are", access_key_id)};
  }

  Server server_;
  const Clock& clock_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace

Result<std::unique_ptr<AccessDesk>> access_of_server(const std::string& url, const std::filesystem::path& data,
                                                     const Config& settings, Clock& clock) {
  AccessElsewhere::Server server{
      .url = url, .data = data, .region = settings.text("server.region"), .key = TRY(server_key(data, settings))};
  auto client = TRY(http::Client::open({}, clock, secure_random_u64()));
  return std::unique_ptr<AccessDesk>(std::make_unique<AccessElsewhere>(std::move(server), clock, std::move(client)));
}

}  // namespace caudal::app
