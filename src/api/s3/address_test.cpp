// SPDX-License-Identifier: Apache-2.0
#include "api/s3/address.h"

#include <gtest/gtest.h>

namespace caudal::api::s3 {
namespace {

const Addresses kAddresses({"localhost", "s3.example.org"});

void expect(std::string_view host, std::string_view path, std::string_view bucket, std::string_view key,
            bool website = false) {
  const Address address = kAddresses.of(host, path);
  EXPECT_EQ(address.bucket, bucket) << host << path;
  EXPECT_EQ(address.key, key) << host << path;
  EXPECT_EQ(address.website, website) << host << path;
}

TEST(Address, OfThePath) {
  expect("127.0.0.1:4280", "/", "", "");
  expect("127.0.0.1:4280", "/lake", "lake", "");
  expect("127.0.0.1:4280", "/lake/", "lake", "");
  expect("localhost:4280", "/lake/a/b.csv", "lake", "a/b.csv");
  expect("s3.example.org", "/lake/a", "lake", "a");
  expect("[::1]:4280", "/lake/a", "lake", "a");
  expect("elsewhere.test", "/lake/a", "lake", "a");
}

TEST(Address, OfTheHost) {
  expect("lake.localhost:4280", "/a/b.csv", "lake", "a/b.csv");
  expect("lake.localhost:4280", "/", "lake", "");
  expect("lake.s3.localhost", "/a", "lake", "a");
  expect("lake.s3.example.org", "/a", "lake", "a");
  expect("my.dotted.bucket.s3.example.org", "/a", "my.dotted.bucket", "a");
  expect("LAKE.S3.Example.ORG", "/A", "lake", "A");
}

TEST(Address, TheServersOwnNameIsNoBucket) {
  expect("s3.localhost:4280", "/lake/a", "lake", "a");
  expect("localhost", "/lake/a", "lake", "a");
}

TEST(Address, OfAWebsite) {
  expect("site.s3-website.localhost:4280", "/docs/", "site", "docs/", true);
  expect("site.s3-website.example.org", "/", "site", "", true);
}

TEST(Address, KeysAreDecodedOnceAndKeptWhole) {
  expect("localhost", "/lake/a%20b%2Fc%25", "lake", "a b/c%");
  expect("localhost", "/lake//a//", "lake", "/a//");
  expect("localhost", "/lake/../other/x", "lake", "../other/x");
  expect("localhost", "/lake/a+b", "lake", "a+b");
  expect("lake.localhost", "//a", "lake", "/a");
  EXPECT_EQ(kAddresses.of("localhost", "/lake/a%00b").key, std::string("a\0b", 3));
}

}  // namespace
}  // namespace caudal::api::s3
