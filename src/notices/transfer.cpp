// SPDX-License-Identifier: Apache-2.0
// libcurl's easy interface.
#include "notices/transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"
#include "notices/errors.h"
#include "notices/render.h"

namespace caudal::notices {
namespace {

constexpr size_t kMostAnswerBytes = 4096;
constexpr size_t kShownAnswerBytes = 200;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

void append(List& list, const std::string& text) {
  curl_slist* const longer = curl_slist_append(list.get(), text.c_str());
  CHECK(longer != nullptr, "memory for a header");
  (void)list.release();  // `longer` begins with it
  list.reset(longer);
}

bool is_final(CURLcode code) {
  constexpr std::array kFinal = {CURLE_LOGIN_DENIED,        CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
                                 CURLE_USE_SSL_FAILED,      CURLE_UNSUPPORTED_PROTOCOL,     CURLE_URL_MALFORMAT,
                                 CURLE_REMOTE_ACCESS_DENIED};
  return std::ranges::find(kFinal, code) != kFinal.end();
}

}  // namespace

struct Transfer::State {
  CURL* curl = nullptr;
  std::array<char, CURL_ERROR_SIZE> error = {};
  std::vector<std::string> secrets = {};
  std::string answer = {};       // of an HTTP server, its beginning
  std::string_view upload = {};  // what is left of a mail
  std::stop_token stop = {};
  std::string recipient = {};  // of the RCPT command that was sent last, until it is answered
  std::vector<std::string> refused = {};
  bool mail = false;
  std::string refusal = {};  // the last 4xx or 5xx answer of an SMTP server

  template <class T>
  void set(CURLoption option, T value) {
    CHECK(curl_easy_setopt(curl, option, value) == CURLE_OK, "an option that this libcurl knows");
  }
  std::string without_secrets(std::string text) const;
};

std::string Transfer::State::without_secrets(std::string text) const {
  for (const std::string& secret : secrets) {
    for (size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

namespace {

size_t keep_answer(const char* data, size_t size, size_t count, void* state) {
  std::string& answer = *static_cast<std::string*>(state);
  answer.append(data, std::min(size * count, kMostAnswerBytes - std::min(kMostAnswerBytes, answer.size())));
  return size * count;
}

size_t give_upload(char* out, size_t size, size_t count, void* state) {
  std::string_view& left = *static_cast<std::string_view*>(state);
  const size_t length = std::min(size * count, left.size());
  std::memcpy(out, left.data(), length);
  left.remove_prefix(length);
  return length;
}

int stop_requested(void* state, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(state)->stop_requested() ? 1 : 0;
}

}  // namespace

Transfer::Transfer() : state_(std::make_unique<State>()) {
  state_->curl = curl_easy_init();
  CHECK(state_->curl != nullptr, "libcurl starts");
  state_->set(CURLOPT_NOSIGNAL, 1L);
  state_->set(CURLOPT_ERRORBUFFER, state_->error.data());
  state_->set(CURLOPT_NOPROGRESS, 0L);
  state_->set(CURLOPT_XFERINFOFUNCTION, &stop_requested);
  state_->set(CURLOPT_XFERINFODATA, &state_->stop);
}

Transfer::~Transfer() { curl_easy_cleanup(state_->curl); }

void Transfer::hide(const std::string& secret) {
  if (!secret.empty()) state_->secrets.push_back(secret);
}

void Transfer::trust(const std::string& ca_file) {
  if (!ca_file.empty()) state_->set(CURLOPT_CAINFO, ca_file.c_str());
}

Result<void> Transfer::perform(std::chrono::milliseconds timeout, std::stop_token stop) {
  State& state = *state_;
  state.stop = std::move(stop);
  state.set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  state.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout.count()));
  const CURLcode code = curl_easy_perform(state.curl);
  if (code == CURLE_OK) return {};
  std::string why = state.error[0] != '\0' ? state.error.data() : curl_easy_strerror(code);
  if (code == CURLE_ABORTED_BY_CALLBACK) why = "interrupted";
  if (code == CURLE_OPERATION_TIMEDOUT) why = fmt::format("no end within {} ms: {}", timeout.count(), why);
  if (!state.refusal.empty()) why += fmt::format(" (the server said: {})", state.refusal);
  long status = 0;
  curl_easy_getinfo(state.curl, CURLINFO_RESPONSE_CODE, &status);
  Errc kind = Errc::unreachable;
  // Of a mail server; what an HTTP server's status means is decided where its answer came through whole.
  if (state.mail && status >= 400 && status < 500) kind = Errc::refused_now;
  if ((state.mail && status >= 500) || is_final(code)) kind = Errc::rejected;
  return Error{kind, one_line(state.without_secrets(std::move(why)), 500)};
}

Result<void> Transfer::post_json(const std::string& url, std::string_view body, std::chrono::milliseconds timeout,
                                 std::stop_token stop) {
  State& state = *state_;
  List headers;
  append(headers, "Content-Type: application/json; charset=utf-8");
  append(headers, "Expect:");  // no waiting for "100 Continue"
  state.set(CURLOPT_HTTPHEADER, headers.get());
  state.set(CURLOPT_PROTOCOLS_STR, "http,https");
  state.set(CURLOPT_USERAGENT, "caudal");
  state.set(CURLOPT_URL, url.c_str());
  state.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  state.set(CURLOPT_POSTFIELDS, body.data());
  state.set(CURLOPT_WRITEFUNCTION, &keep_answer);
  state.set(CURLOPT_WRITEDATA, &state.answer);
  TRY(perform(timeout, std::move(stop)));
  long status = 0;
  curl_easy_getinfo(state.curl, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 200 && status < 300) return {};
  const bool later = status == 408 || status == 429 || status >= 500;
  const std::string answer = one_line(state.without_secrets(state.answer), kShownAnswerBytes);
  return Error{later ? Errc::refused_now : Errc::rejected,
               fmt::format("answered {}{}{}", status, answer.empty() ? "" : ": ", answer)};
}

namespace {

// Follows an SMTP conversation: which recipient each answer is about, and the last refusal. Passwords pass here, too,
// and are not looked at.
template <class State>
int watch(CURL*, curl_infotype type, char* data, size_t size, void* pointer) {
  State& state = *static_cast<State*>(pointer);
  const std::string_view line(data, size);
  if (type == CURLINFO_HEADER_OUT) {
    constexpr std::string_view kRecipient = "RCPT TO:<";
    state.recipient.clear();
    if (line.starts_with(kRecipient))
      state.recipient = line.substr(kRecipient.size(), line.find('>') - kRecipient.size());
  } else if (type == CURLINFO_HEADER_IN) {
    if (!line.starts_with('4') && !line.starts_with('5')) return 0;
    state.refusal = one_line(line.substr(0, line.find_last_not_of("\r\n") + 1), kShownAnswerBytes);
    if (!state.recipient.empty()) state.refused.push_back(fmt::format("{}: {}", state.recipient, state.refusal));
  }
  return 0;
}

}  // namespace

Result<std::vector<std::string>> Transfer::send_mail(const MailEnvelope& envelope, std::string_view message,
                                                     std::chrono::milliseconds timeout, std::stop_token stop) {
  State& state = *state_;
  List recipients;
  for (const std::string& address : envelope.to) append(recipients, "<" + address + ">");
  state.mail = true;
  state.upload = message;
  state.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  state.set(CURLOPT_URL, envelope.url.c_str());
  state.set(CURLOPT_USE_SSL, static_cast<long>(envelope.must_start_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!envelope.user.empty()) {
    state.set(CURLOPT_USERNAME, envelope.user.c_str());
    state.set(CURLOPT_PASSWORD, envelope.password.c_str());
  }
  const std::string from = "<" + envelope.from + ">";
  state.set(CURLOPT_MAIL_FROM, from.c_str());
  state.set(CURLOPT_MAIL_RCPT, recipients.get());
  state.set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  state.set(CURLOPT_UPLOAD, 1L);
  state.set(CURLOPT_READFUNCTION, &give_upload);
  state.set(CURLOPT_READDATA, &state.upload);
  state.set(CURLOPT_VERBOSE, 1L);
  state.set(CURLOPT_DEBUGFUNCTION, &watch<State>);
  state.set(CURLOPT_DEBUGDATA, &state);
  TRY(perform(timeout, std::move(stop)));
  return std::move(state.refused);
}

}  // namespace caudal::notices
