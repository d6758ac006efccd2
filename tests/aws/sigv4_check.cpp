// SPDX-License-Identifier: Apache-2.0
// Checks the signatures of requests on standard input, for the test that signs them with AWS's own signer. A record is
//
//   s3|json <time, as X-Amz-Date> <secret> <SHA-256 of the body>
//   <method> <target>
//   <name>:<value>          for each header
//   <empty line>
//
// and its answer is one line: "ok <access key>", or code and message of the refusal.
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "aws/sigv4_verify.h"
#include "aws/times.h"
#include "base/result.h"
#include "base/testing/manual_clock.h"

namespace {

using namespace caudal;
using namespace caudal::aws;

struct Record {
  std::string dialect, time, secret, body_sha256, method, target;
  std::vector<std::pair<std::string, std::string>> headers;
};

bool read_record(std::istream& in, Record& record) {
  std::string line;
  if (!std::getline(in, line)) return false;
  std::istringstream(line) >> record.dialect >> record.time >> record.secret >> record.body_sha256;
  std::getline(in, line);
  record.method = line.substr(0, line.find(' '));
  record.target = line.substr(line.find(' ') + 1);
  while (std::getline(in, line) && !line.empty()) {
    const size_t colon = line.find(':');
    record.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  return true;
}

Outcome<std::string> check(const Record& record) {
  const Dialect dialect = record.dialect == "s3" ? Dialect::kS3 : Dialect::kJson;
  std::vector<Header> headers;
  for (const auto& [name, value] : record.headers) headers.push_back({name, value});
  const RequestHead request{.method = record.method, .target = record.target, .headers = headers};
  const auto claim = TRY(read_claim(request, dialect));
  if (!claim) return std::string("anonymous");
  ManualClock clock(parse_basic_time(record.time).value_or(Timestamp()));
  Verifier verifier(clock, {}, dialect);
  TRY(verifier.verify(request, *claim, record.secret, record.body_sha256));
  return "ok " + claim->access_key_id;
}

}  // namespace

int main() {
  Record record;
  while (read_record(std::cin, record)) {
    const auto answer = check(record);
    const std::string line = answer ? *answer : answer.error().code + " " + answer.error().message.substr(0, 100);
    std::cout << line << '\n';  // tidy: allow(print): the program's whole output
    record = {};
  }
  return 0;
}
