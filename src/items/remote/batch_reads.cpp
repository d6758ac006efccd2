// SPDX-License-Identifier: Apache-2.0
// Reads of many items at the endpoint that need not be of one moment: BatchGetItem, whose answers say neither in which
// order they are nor for which key. So items are asked for whole, known by their keys, and projected here.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/generated/dynamodb/items.h"
#include "items/remote/remote_impl.h"
#include "items/values/checks.h"
#include "items/values/item_codec.h"
#include "items/values/wire.h"

namespace caudal::items {

namespace operations = aws::dynamodb::operations;
namespace wire = aws::dynamodb;
using remote::Repeat;

namespace {

constexpr size_t kMostInBatch = 100;

// The attributes that a key of the request has. An error where the endpoint answered something else.
Result<Item> key_in(const Item& item, const Item& like) {
  Item key;
  for (const Attribute& attribute : like) {
    const Value* const value = item.find(attribute.name);
    if (value == nullptr) return Error{Errc::unavailable, "the remote store answered an item without its key"};
    key.set(attribute.name, *value);
  }
  return key;
}

std::string name_of(const std::string& table, const Item& key) { return table + '\0' + encode(key); }

class BatchRead {
 public:
  BatchRead(const remote::Caller& caller, const std::vector<Get>& gets)
      : caller_(caller), gets_(gets), all_(gets.size(), Got{.is_read = false}) {
    for (size_t n = 0; n < gets.size(); ++n) {
      const auto [place, is_new] = places_.try_emplace(name_of(gets[n].table, gets[n].key));
      if (is_new) firsts_.push_back(n);
      place->second.push_back(n);
    }
  }

  Result<std::vector<Got>> run(uint64_t most_bytes) {
    for (size_t begin = 0; begin < firsts_.size() && bytes_ < most_bytes; begin += kMostInBatch) {
      const size_t end = std::min(begin + kMostInBatch, firsts_.size());
      TRY(read({firsts_.begin() + static_cast<ptrdiff_t>(begin), firsts_.begin() + static_cast<ptrdiff_t>(end)}));
    }
    return std::move(all_);
  }

 private:
  // All of these; what the endpoint leaves is asked for again.
  Result<void> read(const std::vector<size_t>& asked) {
    wire::BatchGetItemInput in{.return_consumed_capacity = std::string(remote::kAskForCapacity)};
    for (const size_t n : asked) {
      wire::KeysAndAttributes& of_table = in.request_items[gets_[n].table];
      of_table.keys.push_back(to_wire(gets_[n].key));
      if (gets_[n].is_consistent) of_table.consistent_read = true;
    }
    for (int attempt = 1;; ++attempt) {
      auto answer = TRY(caller_.call(operations::kBatchGetItem, in, Repeat::kSafe));
      const bool has_some = TRY(keep(std::move(answer.responses), asked));
      tell_capacity(answer.consumed_capacity, asked);
      if (!answer.unprocessed_keys || answer.unprocessed_keys->empty()) break;
      in.request_items = *std::move(answer.unprocessed_keys);
      // An endpoint that goes on is not waited for: an answer holds 16 MB at most.
      if (has_some) {
        attempt = 0;
        continue;
      }
      TRY(caller_.wait_after(attempt,
                             Error{Errc::unavailable, "the remote store answered none of a batch, again and again"}));
    }
    // What was not answered is not there.
    for (const size_t n : asked) {
      for (const size_t place : places_[name_of(gets_[n].table, gets_[n].key)]) all_[place].is_read = true;
    }
    return {};
  }

  // It is told by table: so much to the first of each.
  void tell_capacity(const std::optional<std::vector<wire::ConsumedCapacity>>& all, const std::vector<size_t>& asked) {
    if (!all) return;
    for (const wire::ConsumedCapacity& told : *all) {
      const auto first = std::ranges::find_if(asked, [&](size_t n) { return gets_[n].table == told.table_name; });
      if (first != asked.end()) all_[*first].capacity += remote::capacity_of(told);
    }
  }

  // Whether there were any.
  Result<bool> keep(std::optional<aws::Map<std::vector<aws::AttributeMap>>> responses,
                    const std::vector<size_t>& asked) {
    bool has_some = false;
    if (!responses) return has_some;
    for (auto& [table, items] : *responses) {
      const auto like = std::ranges::find_if(asked, [&](size_t n) { return gets_[n].table == table; });
      if (like == asked.end()) continue;
      for (auto& told : items) {
        const Item item = TRY(from_wire(std::move(told)));
        const auto places = places_.find(name_of(table, TRY(key_in(item, gets_[*like].key))));
        if (places == places_.end()) continue;
        has_some = true;
        bytes_ += size_bytes(item);
        for (const size_t place : places->second) answer(gets_[place], item, all_[place]);
      }
    }
    return has_some;
  }

  static void answer(const Get& get, const Item& item, Got& got) {
    const bool is_projected = get.expressions != nullptr && get.expressions->projection;
    Item told = is_projected ? get.expressions->projection->of(item) : item;
    got.size_bytes = size_bytes(item);
    if (get.form == Form::kStored)
      got.stored = encode(told);
    else
      got.item = std::move(told);
  }

  const remote::Caller& caller_;
  const std::vector<Get>& gets_;
  std::vector<Got> all_;
  std::map<std::string, std::vector<size_t>> places_;  // by table and key: a key may be asked for twice
  std::vector<size_t> firsts_;                         // of each key
  uint64_t bytes_ = 0;
};

}  // namespace

Result<std::vector<Got>> RemoteStore::get_each(const std::vector<Get>& gets, uint64_t most_bytes) const {
  return BatchRead(*impl_->caller, gets).run(most_bytes);
}

}  // namespace caudal::items
