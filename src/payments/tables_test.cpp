// SPDX-License-Identifier: Apache-2.0
// The tables: made when they are not there, taken when they are what is needed, refused otherwise.
#include "payments/tables.h"

#include <gmock/gmock.h>

#include "payments/testing/payments_fixture.h"

namespace caudal::payments {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TablesTest : public items::ItemsFixture {
 protected:
  items::TableDefinition published() {
    items::TableDefinition table = table_definitions({}).front();
    table.indexes.resize(1);
    return table;
  }
  Error refused() {
    auto outcome = ensure_tables(*store_, {});
    EXPECT_FALSE(outcome);
    return outcome ? Error{} : std::move(outcome).error();
  }
};

TEST_F(TablesTest, AreMadeOnceAndByTheNamesAskedFor) {
  const TableNames names{.payments = "p", .processed = "q", .journal = "jjj", .work = "www"};
  const TableNames valid{.payments = "ppp", .processed = "qqq", .journal = "jjj", .work = "www"};
  EXPECT_FALSE(ensure_tables(*store_, names));
  ASSERT_OK(ensure_tables(*store_, valid));
  ASSERT_OK(ensure_tables(*store_, valid));
  EXPECT_THAT(unwrap(store_->list_tables("", 100)).names, ElementsAre("jjj", "ppp", "qqq", "www"));
}

TEST_F(TablesTest, ThatANotebookMadeGetTheIndexThatTheyLack) {
  ASSERT_OK(store_->create_table(published()));
  ASSERT_OK(ensure_tables(*store_, {}));
  EXPECT_EQ(unwrap(store_->describe_table("BankPayments")).definition.indexes.size(), 2U);
  ASSERT_OK(ensure_tables(*store_, {}));
}

TEST_F(TablesTest, OfAnotherKeyAreRefused) {
  items::TableDefinition other = published();
  other.key = {.partition = {{"id"}}};
  ASSERT_OK(store_->create_table(other));
  const Error error = refused();
  EXPECT_EQ(error.code, Errc::unusable_table);
  EXPECT_THAT(error.message, HasSubstr("table BankPayments has another key"));
}

TEST_F(TablesTest, WhoseIndexHoldsTooLittleAreRefused) {
  items::TableDefinition other = published();
  other.indexes.front().projection = {.kind = items::ProjectionKind::kKeysOnly};
  ASSERT_OK(store_->create_table(other));
  EXPECT_THAT(refused().message, HasSubstr("the index GSI1 of table BankPayments"));
}

}  // namespace
}  // namespace caudal::payments
