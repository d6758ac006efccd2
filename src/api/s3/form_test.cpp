// SPDX-License-Identifier: Apache-2.0
#include "api/s3/form.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace caudal::api::s3 {
namespace {

// Hands its text out in small pieces, as networks do.
class Trickle final : public objects::ByteSource {
 public:
  Trickle(std::string text, size_t piece_bytes) : text_(std::move(text)), piece_bytes_(piece_bytes) {}
  Result<size_t> read(char* out, size_t size_bytes) override {
    const size_t got = text_.copy(out, std::min(piece_bytes_, size_bytes), at_);
    at_ += got;
    return got;
  }
  bool at_end() const { return at_ == text_.size(); }

 private:
  std::string text_;
  size_t piece_bytes_;
  size_t at_ = 0;
};

std::string part(const std::string& head, const std::string& body) {
  return "--b\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + body + "\r\n";
}

struct Read {
  FormFields fields;
  std::string file;
  std::string file_name;
  std::string error;
};

Read read(const std::string& text, size_t piece_bytes = 7) {
  Trickle source(text, piece_bytes);
  FormReader form(source, "b");
  Read out;
  const auto fields = form.read_fields();
  if (!fields) return {.fields = {}, .file = {}, .file_name = {}, .error = fields.error().code};
  out.fields = *fields;
  out.file_name = form.file_name();
  char buffer[16];
  for (;;) {
    const auto got = form.read(buffer, sizeof buffer);
    if (!got) {
      out.error = form.refusal() ? form.refusal()->code : got.error().message;
      return out;
    }
    if (*got == 0) break;
    out.file.append(buffer, *got);
  }
  EXPECT_TRUE(source.at_end()) << "the rest of the request is read, too";
  return out;
}

TEST(Form, BoundaryOfAContentType) {
  EXPECT_EQ(form_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(form_boundary("Multipart/Form-Data; charset=utf-8; boundary=\"a b;c\""), "a b;c");
  EXPECT_FALSE(form_boundary("multipart/form-data"));
  EXPECT_FALSE(form_boundary("multipart/form-data; boundary="));
  EXPECT_FALSE(form_boundary("multipart/form-data; boundary=" + std::string(71, 'x')));
  EXPECT_FALSE(form_boundary("application/xml"));
}

TEST(Form, FieldsThenFile) {
  const Read form = read(part("name=\"Key\"", "up/${filename}") + part("name=\"x-amz-meta-a\"", "two\r\nlines") +
                         part("name=\"file\"; filename=\"C:\\\\docs\\\\a;b.csv\"", "1;2\r\n3;4") + "--b--\r\n");
  EXPECT_EQ(form.error, "");
  EXPECT_EQ(field(form.fields, "key"), "up/${filename}");
  EXPECT_EQ(field(form.fields, "x-amz-meta-a"), "two\r\nlines");
  EXPECT_FALSE(field(form.fields, "Key")) << "names are kept in lower case";
  EXPECT_EQ(form.file_name, "a;b.csv");
  EXPECT_EQ(form.file, "1;2\r\n3;4");
}

TEST(Form, WhatFollowsTheFileIsNotLookedAt) {
  const Read form =
      read(part("name=\"key\"", "a") + part("name=\"file\"", "body") + part("name=\"policy\"", "late") + "--b--");
  EXPECT_EQ(form.error, "");
  EXPECT_EQ(form.fields.size(), 1U);
  EXPECT_EQ(form.file, "body");
}

TEST(Form, FilesThatLookLikeTheirDelimiter) {
  for (const std::string& body : {std::string(), std::string("\r\n"), std::string("\r\n--"), std::string("--b"),
                                  std::string("\r\n--a\r\n--"), std::string(100'000, '\r'), std::string("x\0y", 3)}) {
    for (const size_t piece : {1, 2, 5, 4096, 1 << 20}) {
      const Read form = read(part("name=\"key\"", "a") + part("name=\"file\"", body) + "--b--\r\n", piece);
      EXPECT_EQ(form.error, "") << body.size() << "/" << piece;
      EXPECT_EQ(form.file, body) << body.size() << "/" << piece;
    }
  }
}

TEST(Form, RandomFilesInRandomPieces) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int n = 0; n < 300; ++n) {
    std::string body;
    for (uint64_t left = random.below(400); left > 0; --left) body += "\r\n--bx"[random.below(6)];
    // Only a body that holds its own delimiter cannot be sent.
    if (body.contains("\r\n--b")) continue;
    EXPECT_EQ(read(part("name=\"file\"", body) + "--b--", 1 + random.below(50)).file, body);
  }
}

TEST(Form, Refused) {
  EXPECT_EQ(read(part("name=\"key\"", "a") + "--b--\r\n").error, "InvalidArgument") << "no file";
  EXPECT_EQ(read("nothing of the kind").error, "MalformedPOSTRequest");
  EXPECT_EQ(read("").error, "MalformedPOSTRequest");
  EXPECT_EQ(read("--b\r\nX: y\r\n\r\nz\r\n--b--").error, "MalformedPOSTRequest") << "a part without a name";
  EXPECT_EQ(read("--b\r\nno colon\r\n\r\nz").error, "MalformedPOSTRequest");
  EXPECT_EQ(read(part("name=\"key\"", "a") + "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhalf").error,
            "MalformedPOSTRequest")
      << "the file has no end";
  EXPECT_EQ(read(part("name=\"key\"", std::string(30'000, 'k')) + part("name=\"file\"", "x") + "--b--").error,
            "MaxPostPreDataLengthExceeded");
}

}  // namespace
}  // namespace caudal::api::s3
