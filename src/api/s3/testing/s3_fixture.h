// SPDX-License-Identifier: Apache-2.0
// A house with the bucket "lake", users, and what the audit log is told, for tests.
#pragma once

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "api/s3/testing/s3_house.h"
#include "base/digest.h"

namespace caudal::api::s3 {

class S3Fixture : public testing::Test {
 protected:
  S3Fixture() { EXPECT_EQ(house_.send("PUT", "/lake").status, 200); }

  aws::Credentials user(const std::string& name, const std::string& policy = {}) {
    unwrap(house_.identities->create_user(name));
    if (!policy.empty()) unwrap(house_.identities->put_policy(name, "p", policy));
    const access::NewKey key = unwrap(house_.identities->create_key({.user = name}));
    return {.access_key_id = key.access_key_id, .secret = std::string(key.secret.reveal())};
  }
  http::RawResponse as(const aws::Credentials& who, std::string method, std::string target, std::string body = {}) {
    return house_.send(
        {.method = std::move(method), .target = std::move(target), .body = std::move(body), .credentials = who});
  }
  http::RawResponse anonymously(std::string method, std::string target) {
    return house_.send({.method = std::move(method), .target = std::move(target), .anonymous = true});
  }
  // What was recorded of an operation; ends the server, since what is told is told after the answer.
  std::vector<audit::Record> recorded(std::string_view operation) {
    house_.server.server->stop();
    std::vector<audit::Record> found;
    for (const audit::Record& record : house_.kept.records()) {
      if (record.operation == operation) found.push_back(record);
    }
    return found;
  }
  // An upload to /lake/`key` with its id.
  std::string begin_upload(const std::string& key) {
    const auto begun = house_.send("POST", "/lake/" + key + "?uploads");
    const size_t from = begun.body.find("<UploadId>");
    EXPECT_NE(from, std::string::npos) << begun.body;
    return begun.body.substr(from + 10, begun.body.find("</UploadId>") - from - 10);
  }
  // The document that completes one, of these parts' numbers and bytes.
  static std::string completion(const std::vector<std::pair<int, std::string>>& parts) {
    std::string all;
    for (const auto& [number, bytes] : parts) {
      all += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>\"{}\"</ETag></Part>", number, to_hex(md5_of(bytes)));
    }
    return "<CompleteMultipartUpload>" + all + "</CompleteMultipartUpload>";
  }

  S3House house_;
};

}  // namespace caudal::api::s3
