// SPDX-License-Identifier: Apache-2.0
// Any headers and any body are refused or read; nothing verifies that was not signed here.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/encoding.h"
#include "payments/remote/answers.h"
#include "payments/remote/webhook_signature.h"

namespace {

using namespace caudal::payments;

constexpr caudal::Timestamp kNow{std::chrono::seconds(1'800'007'200)};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto secrets = WebhookSecrets::parse({"whsec_" + caudal::to_base64(std::string(32, 's'))});
  CHECK(secrets.has_value(), "a good secret");
  const size_t line = std::min(text.find('\n'), text.size());
  const std::string_view body = text.substr(std::min(line + 1, text.size()));
  CHECK(!secrets->verify({"id", "1800007200", text.substr(0, line)}, body, kNow), "a signature that nobody made");
  (void)secrets->verify({"id", text.substr(0, line), "v1,AAAA"}, body, kNow);
  const std::string good = secrets->sign("id", std::chrono::floor<std::chrono::seconds>(kNow), body);
  CHECK(secrets->verify({"id", "1800007200", good}, body, kNow).has_value(), "one that was made");
  const auto answer = read_answer(text, kNow);
  if (answer && answer->outcome == Outcome::kDone)
    CHECK(answer->transaction.has_value(), "what is done has a transaction");
  return 0;
}
