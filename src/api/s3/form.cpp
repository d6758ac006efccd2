// SPDX-License-Identifier: Apache-2.0
#include "api/s3/form.h"

#include <algorithm>

#include "api/s3/text.h"
#include "aws/request.h"

namespace caudal::api::s3 {
namespace {

constexpr size_t kPieceBytes = size_t{64} << 10;
constexpr size_t kLongestBoundaryBytes = 70;  // RFC 2046

ServiceError malformed() {
  return {.code = "MalformedPOSTRequest",
          .status = 400,
          .message = "The body of your POST request is not well-formed multipart/form-data."};
}

ServiceError fields_too_long() {
  return {.code = "MaxPostPreDataLengthExceeded",
          .status = 400,
          .message = "Your POST request fields preceding the upload file were too large."};
}

// The value of `name` in "form-data; name=\"key\"; filename=\"a;b.csv\"".
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  size_t at = header.find(';');
  while (at != std::string_view::npos) {
    std::string_view rest = trimmed(header.substr(at + 1));
    const size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const bool wanted = aws::same_name(trimmed(rest.substr(0, equals)), name);
    rest = trimmed(rest.substr(equals + 1));
    std::string value;
    size_t used = 0;
    if (rest.starts_with('"')) {
      // Browsers escape quotes as %22, others with a backslash.
      for (used = 1; used < rest.size() && rest[used] != '"'; ++used) {
        if (rest[used] == '\\' && used + 1 < rest.size() && rest[used + 1] == '"') ++used;
        value += rest[used];
      }
    } else {
      used = std::min(rest.find(';'), rest.size());
      value = trimmed(rest.substr(0, used));
    }
    if (wanted) return value;
    const size_t next = rest.find(';', used);
    if (next == std::string_view::npos) return std::nullopt;
    header = rest;
    at = next;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> form_boundary(std::string_view content_type) {
  const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
  if (lower(type) != "multipart/form-data") return std::nullopt;
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kLongestBoundaryBytes) return std::nullopt;
  return boundary;
}

std::optional<std::string_view> field(const FormFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return std::nullopt;
}

FormReader::FormReader(objects::ByteSource& from, const std::string& boundary)
    : from_(from), delimiter_("\r\n--" + boundary), pending_("\r\n") {}

Outcome<bool> FormReader::fill() {
  if (at_end_) return false;
  const size_t before = pending_.size();
  pending_.resize(before + kPieceBytes);
  const auto got = from_.read(pending_.data() + before, kPieceBytes);
  pending_.resize(before + (got ? *got : 0));
  if (!got) return in_s3_words(got.error(), {});
  at_end_ = *got == 0;
  return !at_end_;
}

Outcome<std::string> FormReader::read_until(std::string_view mark) {
  size_t searched = 0;
  for (;;) {
    const size_t at = pending_.find(mark, searched);
    if (at != std::string::npos) {
      std::string before = pending_.substr(0, at);
      pending_.erase(0, at + mark.size());
      field_bytes_ += at + mark.size();
      if (field_bytes_ > kMostFieldBytes) return fields_too_long();
      return before;
    }
    searched = pending_.size() < mark.size() ? 0 : pending_.size() - mark.size() + 1;
    if (field_bytes_ + pending_.size() > kMostFieldBytes + kPieceBytes) return fields_too_long();
    if (!TRY(fill())) return malformed();
  }
}

Outcome<FormReader::PartHead> FormReader::read_part_head() {
  // After a delimiter: a line end, header lines, an empty line. "--" instead ends the form.
  std::string lines = TRY(read_until("\r\n"));
  if (lines.starts_with("--")) {
    return invalid_argument("POST requires exactly one file upload per request.", "file", "0");
  }
  if (!trimmed(lines).empty()) return malformed();
  PartHead head;
  bool named = false;
  for (std::string line = TRY(read_until("\r\n")); !line.empty(); line = TRY(read_until("\r\n"))) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) return malformed();
    const std::string_view name = std::string_view(line).substr(0, colon);
    const std::string_view value = trimmed(std::string_view(line).substr(colon + 1));
    if (aws::same_name(name, "Content-Disposition")) {
      const auto called = parameter(value, "name");
      if (!called) return malformed();
      named = true;
      head.name = lower(*called);
      head.file_name = parameter(value, "filename");
    } else if (aws::same_name(name, "Content-Type")) {
      head.type = std::string(value);
    }
  }
  if (!named) return malformed();
  return head;
}

Outcome<FormFields> FormReader::read_fields() {
  FormFields fields;
  TRY(read_until(delimiter_));  // whatever precedes the first part means nothing
  for (;;) {
    PartHead head = TRY(read_part_head());
    if (head.name == "file") {
      file_name_ = head.file_name.value_or("");
      file_name_.erase(0, file_name_.find_last_of("/\\") + 1);
      file_type_ = std::move(head.type);
      return fields;
    }
    // A field that comes twice means one thing to whoever checks it and another to whoever uses it.
    if (field(fields, head.name)) {
      return invalid_argument("POST requires exactly one field of each name.", head.name, "");
    }
    std::string value = TRY(read_until(delimiter_));
    fields.emplace_back(std::move(head.name), std::move(value));
  }
}

Result<size_t> FormReader::read(char* out, size_t size_bytes) {
  const auto refuse = [this](ServiceError error) {
    refusal_ = std::move(error);
    return Error{Errc::invalid_value, refusal_->message};
  };
  if (refusal_) return Error{Errc::invalid_value, refusal_->message};
  while (!ended_) {
    const size_t at = pending_.find(delimiter_);
    ended_ = at == 0;
    if (ended_) break;
    // What might be the beginning of a delimiter stays until more has come.
    const size_t safe = at != std::string::npos               ? at
                        : pending_.size() < delimiter_.size() ? 0
                                                              : pending_.size() - delimiter_.size() + 1;
    if (safe > 0) {
      const size_t taken = std::min(safe, size_bytes);
      std::copy_n(pending_.data(), taken, out);
      pending_.erase(0, taken);
      return taken;
    }
    const auto more = fill();
    if (!more) return refuse(more.error());
    if (!*more) return refuse(malformed());
  }
  // The rest of the request is read, so that its signature's checks are made and the connection can be used again.
  for (;;) {
    pending_.clear();
    const auto more = fill();
    if (!more) return refuse(more.error());
    if (!*more) return 0;
  }
}

}  // namespace caudal::api::s3
