// SPDX-License-Identifier: Apache-2.0
#include "http/curl_transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"
#include "http/errors.h"

namespace caudal::http {
namespace {

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

// What libcurl's callbacks work on.
struct Transfer {
  CURL* curl = nullptr;
  const ClientRequest& request;
  ClientResponse response = {};
  std::optional<Error> error = {};  // why a callback ended the transfer
  bool sink_was_called = false;
  std::array<char, CURL_ERROR_SIZE> curl_error = {};

  template <class T>
  void set(CURLoption option, T value) {
    CHECK(curl_easy_setopt(curl, option, value) == CURLE_OK, "an option that this libcurl knows");
  }
  bool fail(Error why) {
    error = std::move(why);
    return false;
  }
  bool take(std::string_view bytes);
};

bool Transfer::take(std::string_view bytes) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (request.sink && status >= 200 && status < 300) {
    sink_was_called = true;
    Result<void> taken = request.sink(bytes);
    return taken || fail(std::move(taken).error());
  }
  if (bytes.size() > request.max_body_bytes - std::min<uint64_t>(response.body.size(), request.max_body_bytes)) {
    return fail(
        Error{Errc::answer_too_large, fmt::format("the answer is larger than {} bytes", request.max_body_bytes)});
  }
  response.body.append(bytes);
  return true;
}

size_t take_body(const char* data, size_t size, size_t count, void* pointer) {
  // Anything but the number of bytes ends the transfer.
  return static_cast<Transfer*>(pointer)->take({data, size * count}) ? size * count : ~size_t{0};
}

size_t take_header(const char* data, size_t size, size_t count, void* pointer) {
  Transfer& transfer = *static_cast<Transfer*>(pointer);
  std::string_view line(data, size * count);
  while (line.ends_with('\n') || line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
  const size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    transfer.response.headers = {};  // those before were of an interim answer
  } else if (colon != std::string_view::npos) {
    const size_t value = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
    transfer.response.headers.add(line.substr(0, colon), line.substr(value));
  }
  return size * count;
}

size_t give_body(char* out, size_t size, size_t count, void* pointer) {
  Transfer& transfer = *static_cast<Transfer*>(pointer);
  Result<size_t> given = transfer.request.source->read(out, size * count);
  if (given) return *given;
  transfer.fail(std::move(given).error());
  return CURL_READFUNC_ABORT;
}

int rewind_body(void* pointer, curl_off_t offset, int origin) {
  Transfer& transfer = *static_cast<Transfer*>(pointer);
  if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  Result<void> done = transfer.request.source->rewind();
  if (done) return CURL_SEEKFUNC_OK;
  transfer.fail(std::move(done).error());
  return CURL_SEEKFUNC_FAIL;
}

int look_for_stop(void* pointer, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(pointer)->request.stop.stop_requested() ? 1 : 0;
}

void set_limits(Transfer& transfer, const ClientOptions& options) {
  const auto as_long = [](std::chrono::milliseconds time) { return static_cast<long>(time.count()); };
  transfer.set(CURLOPT_NOSIGNAL, 1L);
  transfer.set(CURLOPT_CONNECTTIMEOUT_MS, as_long(options.connect_timeout));
  transfer.set(CURLOPT_TIMEOUT_MS, as_long(transfer.request.timeout));
  transfer.set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  transfer.set(CURLOPT_LOW_SPEED_TIME, std::max(1L, as_long(options.stall_timeout) / 1000));
  transfer.set(CURLOPT_PROTOCOLS_STR, "http,https");
  transfer.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  transfer.set(CURLOPT_PROXY, options.proxy.c_str());  // empty: none, whatever the environment says
  transfer.set(CURLOPT_PATH_AS_IS, 1L);
  transfer.set(CURLOPT_FRESH_CONNECT, transfer.request.on_fresh_connection ? 1L : 0L);
  transfer.set(CURLOPT_USERAGENT, options.user_agent.c_str());
  if (!options.ca_file.empty()) {
    transfer.set(CURLOPT_CAINFO, options.ca_file.c_str());
    transfer.set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
}

void set_body(Transfer& transfer) {
  const ClientRequest& request = transfer.request;
  const bool has_body = request.source != nullptr || !request.body.empty();
  if (request.source != nullptr) {
    transfer.set(CURLOPT_UPLOAD, 1L);
    const std::optional<uint64_t> size = request.source->size_bytes();
    transfer.set(CURLOPT_INFILESIZE_LARGE, size ? static_cast<curl_off_t>(*size) : curl_off_t{-1});
    transfer.set(CURLOPT_READFUNCTION, &give_body);
    transfer.set(CURLOPT_READDATA, &transfer);
    transfer.set(CURLOPT_SEEKFUNCTION, &rewind_body);
    transfer.set(CURLOPT_SEEKDATA, &transfer);
  } else if (has_body || request.method == "POST" || request.method == "PUT") {
    transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    transfer.set(CURLOPT_POSTFIELDS, request.body.empty() ? "" : request.body.data());
  }
  if (request.method == "HEAD") transfer.set(CURLOPT_NOBODY, 1L);
  transfer.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

List header_list(const ClientRequest& request) {
  List list;
  append(list, "Expect:");  // no waiting for "100 Continue"
  if (request.headers.count("Content-Type") == 0) append(list, "Content-Type:");
  for (const Header header : request.headers) {
    // curl takes "name:" for the wish to leave a header out, and "name;" for an empty one.
    append(list,
           header.value.empty() ? fmt::format("{};", header.name) : fmt::format("{}: {}", header.name, header.value));
  }
  return list;
}

Error error_of(CURLcode code, Transfer& transfer) {
  if (transfer.error) return *std::move(transfer.error);
  std::string why = transfer.curl_error[0] != '\0' ? transfer.curl_error.data() : curl_easy_strerror(code);
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK: return Error{Errc::cancelled, "the request was cancelled"};
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Error{Errc::invalid_message, fmt::format("not an http:// address: {}", why)};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER: return Error{Errc::tls_failed, std::move(why)};
    default: return Error{Errc::unreachable, std::move(why)};
  }
}

}  // namespace

void FreeCurl::operator()(void* handle) const { curl_easy_cleanup(handle); }

CurlHandle new_curl_handle() {
  CurlHandle handle(curl_easy_init());
  CHECK(handle != nullptr, "libcurl starts");
  return handle;
}

Attempt attempt(void* handle, const ClientOptions& options, const ClientRequest& request) {
  Transfer transfer = {.curl = handle, .request = request};
  curl_easy_reset(handle);
  const List headers = header_list(request);
  set_limits(transfer, options);
  transfer.set(CURLOPT_ERRORBUFFER, transfer.curl_error.data());
  transfer.set(CURLOPT_URL, request.url.c_str());
  transfer.set(CURLOPT_HTTPHEADER, headers.get());
  transfer.set(CURLOPT_HEADERFUNCTION, &take_header);
  transfer.set(CURLOPT_HEADERDATA, &transfer);
  transfer.set(CURLOPT_WRITEFUNCTION, &take_body);
  transfer.set(CURLOPT_WRITEDATA, &transfer);
  transfer.set(CURLOPT_NOPROGRESS, 0L);
  transfer.set(CURLOPT_XFERINFOFUNCTION, &look_for_stop);
  transfer.set(CURLOPT_XFERINFODATA, &transfer);
  set_body(transfer);
  const CURLcode code = curl_easy_perform(handle);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_reset(handle);  // it must not point into this frame any more
  if (code != CURLE_OK) return {.answer = error_of(code, transfer), .sink_was_called = transfer.sink_was_called};
  transfer.response.status = static_cast<int>(status);
  return {.answer = std::move(transfer.response), .sink_was_called = transfer.sink_was_called};
}

}  // namespace caudal::http
