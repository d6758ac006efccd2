// SPDX-License-Identifier: Apache-2.0
// The bytes of stored items: writing, and reading into values.
#include "items/values/item_codec.h"

#include <algorithm>

#include "base/check.h"
#include "items/values/checks.h"
#include "items/values/errors.h"
#include "items/values/item_cursor.h"
#include "items/values/number_bytes.h"

namespace caudal::items {
namespace {

Error corrupt(const char* what) { return {ValueErrc::corrupt, std::string("a stored item is damaged: ") + what}; }

// --- writing ---

void append_count(std::string& out, size_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void append_text(std::string& out, std::string_view text) {
  append_count(out, text.size());
  out.append(text);
}

void append_value(std::string& out, const Value& value);

struct Writer {
  std::string& out;

  void operator()(const std::string& text) const { append_text(out, text); }
  void operator()(const Number& number) const { append_number_bytes(out, number); }
  void operator()(const Binary& binary) const { append_text(out, binary.bytes); }
  void operator()(bool) const {}
  void operator()(Null) const {}
  template <class T>
  void operator()(const SetOf<T>& set) const {
    measured(set.size(), [&] {
      for (const T& member : set) (*this)(member);
    });
  }
  void operator()(const List& list) const {
    measured(list.size(), [&] {
      for (const Value& element : list) append_value(out, element);
    });
  }
  void operator()(const Map& map) const {
    measured(map.size(), [&] { attributes(map); });
  }
  void attributes(const Item& item) const {
    for (const Attribute& attribute : item) {
      append_text(out, attribute.name);
      append_value(out, attribute.value);
    }
  }

 private:
  // The length is filled in when it is known.
  template <class Body>
  void measured(size_t count, const Body& body) const {
    const size_t at = out.size();
    out.append(kItemLengthBytes, '\0');
    append_count(out, count);
    body();
    const size_t length = out.size() - at - kItemLengthBytes;
    CHECK(length <= 0xffff'ffff, "a value of 4 GiB cannot come from a client");
    for (size_t i = 0; i < kItemLengthBytes; ++i) out[at + i] = static_cast<char>(length >> (8 * i));
  }
};

void append_value(std::string& out, const Value& value) {
  const bool* const truth = value.get_if<bool>();
  out.push_back(static_cast<char>(truth != nullptr && *truth ? kTrueByte : static_cast<uint8_t>(value.type())));
  std::visit(Writer{out}, value.data());
}

// --- reading ---

Value read_value(ItemCursor& in, int levels_left);

// A damaged count makes nobody reserve gigabytes.
size_t to_reserve(size_t count) { return std::min<size_t>(count, 256); }

template <class T, class Read>
Value read_set(ItemCursor& in, const Read& read) {
  ItemCursor body(in.measured());
  const size_t count = body.count();
  std::vector<T> members;
  members.reserve(to_reserve(count));
  for (size_t i = 0; i < count && !body.failed(); ++i) {
    T member = read(body);
    if (!members.empty() && !(members.back() < member)) body.fail();
    members.push_back(std::move(member));
  }
  auto set = SetOf<T>::make(std::move(members));
  if (body.failed() || !body.at_end() || !set) {
    in.fail();
    return Value();
  }
  return Value(*std::move(set));
}

Value read_list(ItemCursor& in, int levels_left) {
  ItemCursor body(in.measured());
  const size_t count = body.count();
  List list;
  list.reserve(to_reserve(count));
  for (size_t i = 0; i < count && !body.failed(); ++i) list.push_back(read_value(body, levels_left));
  if (body.failed() || !body.at_end()) in.fail();
  return Value(std::move(list));
}

Item read_attributes(ItemCursor& in, int levels_left) {
  const size_t count = in.count();
  Item item;
  item.reserve(to_reserve(count));
  std::string_view before;
  for (size_t i = 0; i < count && !in.failed(); ++i) {
    const std::string_view name = in.text();
    if (i > 0 && name <= before) in.fail();
    before = name;
    Value value = read_value(in, levels_left);
    if (!in.failed()) item.set(std::string(name), std::move(value));
  }
  return item;
}

Value read_map(ItemCursor& in, int levels_left) {
  ItemCursor body(in.measured());
  Map map = read_attributes(body, levels_left);
  if (body.failed() || !body.at_end()) in.fail();
  return Value(std::move(map));
}

Value read_value(ItemCursor& in, int levels_left) {
  if (levels_left == 0) in.fail();
  const uint8_t type = in.byte();
  if (in.failed()) return Value();
  if (type == kTrueByte) return Value(true);
  switch (static_cast<Type>(type)) {
    case Type::kString: return Value(in.text());
    case Type::kNumber: return Value(in.number());
    case Type::kBinary: return Value(Binary{std::string(in.text())});
    case Type::kBoolean: return Value(false);
    case Type::kNull: return Value();
    case Type::kStringSet: return read_set<std::string>(in, [](ItemCursor& body) { return std::string(body.text()); });
    case Type::kNumberSet: return read_set<Number>(in, [](ItemCursor& body) { return body.number(); });
    case Type::kBinarySet:
      return read_set<Binary>(in, [](ItemCursor& body) { return Binary{std::string(body.text())}; });
    case Type::kList: return read_list(in, levels_left - 1);
    case Type::kMap: return read_map(in, levels_left - 1);
  }
  in.fail();
  return Value();
}

}  // namespace

void append_encoded(std::string& out, const Item& item) {
  out.push_back(static_cast<char>(kItemFormat));
  append_count(out, item.size());
  Writer{out}.attributes(item);
}

std::string encode(const Item& item) {
  std::string out;
  append_encoded(out, item);
  return out;
}

Result<Item> decode_item(std::string_view bytes) {
  ItemCursor in(bytes);
  if (in.byte() != kItemFormat) return corrupt("its format is not known");
  Item item = read_attributes(in, kMostLevels);
  if (in.failed() || !in.at_end()) return corrupt("its attributes cannot be read");
  return item;
}

Result<std::optional<Value>> decode_attribute(std::string_view bytes, std::string_view name) {
  EncodedItem in(bytes);
  while (TRY(in.next())) {
    if (in.name() < name) continue;
    if (in.name() != name) break;
    return std::optional(TRY(in.value()));
  }
  return std::optional<Value>();
}

Result<bool> EncodedItem::next() {
  ItemCursor in(rest_);
  if (!begun_) {
    if (in.byte() != kItemFormat) return corrupt("its format is not known");
    left_ = in.count();
    begun_ = true;
  }
  const bool more = left_ > 0;
  if (more) {
    --left_;
    name_ = in.text();
    value_ = in.value();
  }
  if (in.failed()) return corrupt("its attributes cannot be read");
  if (!more && !in.at_end()) return corrupt("it does not end where it should");
  rest_ = in.rest();
  return more;
}

Result<Value> EncodedItem::value() const {
  ItemCursor in(value_);
  Value value = read_value(in, kMostLevels);
  if (in.failed() || !in.at_end()) return corrupt("a value cannot be read");
  return value;
}

}  // namespace caudal::items
