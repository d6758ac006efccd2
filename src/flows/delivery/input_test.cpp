// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/input.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "flows/delivery/errors.h"
#include "flows/delivery/testing/delivered_file.h"

namespace caudal::delivery {
namespace {

constexpr uint64_t kNoLimit = uint64_t{1} << 40;

std::string content_of(const Input& input) {
  std::string content(input.size_bytes(), '\0');
  unwrap(input.read_at(0, content.data(), content.size()));
  return content;
}

Error refusal(const DeliveredFile& file, std::optional<bool> gzip = std::nullopt, uint64_t limit = kNoLimit) {
  auto opened = Input::open(file.path(), {file.folder(), gzip, limit});
  CHECK(!opened, "the file was expected to be refused");
  return std::move(opened).error();
}

TEST(Input, ReadsPlainFilesAtAnyOffset) {
  const DeliveredFile file("0123456789");
  const Input input = unwrap(Input::open(file.path(), {}));
  EXPECT_FALSE(input.gzip());
  char part[4];
  ASSERT_OK(input.read_at(3, part, 4));
  EXPECT_EQ(std::string_view(part, 4), "3456");
}

TEST(Input, UnpacksGzipOfSeveralMembersAndLeavesNoFileBehind) {
  const std::string first(300'000, 'a');
  const DeliveredFile file(gzip(first) + gzip("b\n"), "x.csv.gz");
  const Input input = unwrap(Input::open(file.path(), {file.folder(), std::nullopt, kNoLimit}));
  EXPECT_TRUE(input.gzip());
  EXPECT_EQ(content_of(input), first + "b\n");
  EXPECT_EQ(input.delivered_bytes(), std::filesystem::file_size(file.path()));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(file.folder()), {}), 1);
}

TEST(Input, RefusesAnEmptyFile) {
  const Error error = refusal(DeliveredFile(""));
  EXPECT_EQ(error.code, Errc::empty_file);
  EXPECT_EQ(error.message,
            "tb_faturas_202401.csv: the file is empty (0 bytes), it has not even a header; ask the sender to deliver "
            "it again");
}

TEST(Input, RefusesTruncatedGzipAtEveryLength) {
  const std::string packed = gzip("id,valor\n1,2\n");
  for (size_t size = 3; size < packed.size(); ++size) {
    const Error error = refusal(DeliveredFile(packed.substr(0, size), "x.csv.gz"));
    EXPECT_EQ(error.code, Errc::bad_gzip);
    EXPECT_EQ(error.message, "x.csv.gz: the gz file is truncated: it ends after " + std::to_string(size) +
                                 " bytes, within its content; ask the sender to deliver the file again");
  }
}

TEST(Input, RefusesCorruptGzip) {
  std::string packed = gzip(std::string(1000, 'x') + "id,valor\n1,2\n");
  packed[packed.size() - 6] ^= 0x55;  // the checksum
  const Error error = refusal(DeliveredFile(packed, "x.csv.gz"));
  EXPECT_EQ(error.code, Errc::bad_gzip);
  EXPECT_NE(error.message.find("is corrupt near byte"), std::string::npos) << error.message;
  EXPECT_EQ(refusal(DeliveredFile(gzip("a\n") + "trailing")).code, Errc::bad_gzip);
}

TEST(Input, RefusesAGzipBomb) {
  const Error error = refusal(DeliveredFile(gzip(std::string(5'000'000, '0'))), std::nullopt, 1'000'000);
  EXPECT_EQ(error.code, Errc::bad_gzip);
  EXPECT_NE(error.message.find("unpacks to more than 1000000 bytes"), std::string::npos);
}

TEST(Input, HoldsTheFileToTheContractsCompression) {
  EXPECT_NE(
      refusal(DeliveredFile("a\n"), true).message.find("the contract says compression: gzip, but the file is not gz"),
      std::string::npos);
  EXPECT_NE(refusal(DeliveredFile(gzip("a\n")), false).message.find("compression: none, but the file is gz"),
            std::string::npos);
}

TEST(Input, NoticesAFileStillBeingWritten) {
  const DeliveredFile file("id\n1\n");
  const Input input = unwrap(Input::open(file.path(), {}));
  ASSERT_OK(input.check_unchanged());
  {
    File grown = unwrap(File::create(file.path()));
    unwrap(grown.write("id\n1\n2\n"));
  }
  const auto changed = input.check_unchanged();
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, Errc::unstable);
  EXPECT_EQ(
      changed.error().message,
      "tb_faturas_202401.csv: the file changed while it was read (5 bytes at first, 7 now); wait until the sender has "
      "finished writing it, then run again");
}

TEST(Input, NoticesAFileThatBecameShorterWithoutCrashing) {
  const DeliveredFile file(std::string(100'000, 'x'));
  const Input input = unwrap(Input::open(file.path(), {}));
  file.rewrite("short");
  std::string buffer(1000, '\0');
  const auto read = input.read_at(50'000, buffer.data(), buffer.size());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::unstable);
}

TEST(Input, NamesAMissingFile) {
  const auto opened = Input::open("/nonexistent/f.csv", {});
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().is(ErrorClass::kNotFound));
}

}  // namespace
}  // namespace caudal::delivery
