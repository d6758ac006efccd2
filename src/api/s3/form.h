// SPDX-License-Identifier: Apache-2.0
// A form as browsers post it (multipart/form-data, RFC 7578), read as it comes: the fields before the file, then the
// file's bytes, which are never held whole. What stands after the file is not looked at, as S3 has it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/s3/errors.h"
#include "objects/byte_source.h"

namespace caudal::api::s3 {

// The boundary of "multipart/form-data; boundary=..."; nothing when it is no such type or names none.
std::optional<std::string> form_boundary(std::string_view content_type);

using FormFields = std::vector<std::pair<std::string, std::string>>;  // names in lower case, in their order
// The value of a field.
std::optional<std::string_view> field(const FormFields& fields, std::string_view name);

class FormReader final : public objects::ByteSource {
 public:
  static constexpr size_t kMostFieldBytes = 20 * 1024;  // of all fields together, with their headers

  // `from` outlives it.
  FormReader(objects::ByteSource& from, const std::string& boundary);

  // Up to the first byte of the file. Once. Errors: MalformedPOSTRequest, MaxPostPreDataLengthExceeded, InvalidArgument
  // without a file.
  Outcome<FormFields> read_fields();
  // As the file's part names it; without folders, which some browsers send.
  const std::string& file_name() const { return file_name_; }
  const std::optional<std::string>& file_type() const { return file_type_; }

  // The file's bytes. An error that is not the network's is told by refusal().
  Result<size_t> read(char* out, size_t size_bytes) override;
  const std::optional<ServiceError>& refusal() const { return refusal_; }

 private:
  struct PartHead {
    std::string name;
    std::optional<std::string> file_name;
    std::optional<std::string> type;
  };
  // More bytes into pending_; false at the end.
  Outcome<bool> fill();
  // Everything before `mark`, which is taken off, too.
  Outcome<std::string> read_until(std::string_view mark);
  Outcome<PartHead> read_part_head();

  objects::ByteSource& from_;
  const std::string delimiter_;  // "\r\n--boundary"
  std::string pending_;
  size_t field_bytes_ = 0;
  bool ended_ = false;   // of the file
  bool at_end_ = false;  // of the request
  std::string file_name_;
  std::optional<std::string> file_type_;
  std::optional<ServiceError> refusal_;
};

}  // namespace caudal::api::s3
