// SPDX-License-Identifier: Apache-2.0
// Writing JSON for people.
#include <algorithm>
#include <iterator>

#include "aws/json/json_writer.h"
#include "items/values/plain_json.h"
#include "items/values/plain_json_marks.h"

namespace caudal::items {
namespace {

class Writer {
 public:
  Writer(std::string& out, int indent) : out_(out), indent_(indent) {}

  void write(const Value& value) { std::visit(*this, value.data()); }
  void write_attributes(const Map& map) {
    open('{');
    for (const Attribute& attribute : map) {
      next(&attribute == map.begin());
      name(attribute.name);
      write(attribute.value);
    }
    close('}', map.empty());
  }

  void operator()(const std::string& text) { aws::append_json(out_, text); }
  void operator()(const Number& number) { number.append_to(out_); }
  void operator()(const Binary& binary) {
    marked(kBinaryMark, [&] { aws::append_json_blob(out_, binary.bytes); });
  }
  void operator()(bool truth) { aws::append_json(out_, truth); }
  void operator()(Null) { out_.append("null"); }
  template <class T>
  void operator()(const SetOf<T>& set) {
    marked(kSetMark, [&] {
      open('[');
      for (const T& member : set) {
        next(&member == &set.members().front());
        (*this)(member);
      }
      close(']', false);
    });
  }
  void operator()(const List& list) {
    open('[');
    for (const Value& element : list) {
      next(&element == list.data());
      write(element);
    }
    close(']', list.empty());
  }
  void operator()(const Map& map) {
    if (map.size() == 1 && is_mark(map.begin()->name)) {
      marked(kMapMark, [&] { write_attributes(map); });
    } else {
      write_attributes(map);
    }
  }

 private:
  template <class Body>
  void marked(std::string_view mark, const Body& body) {
    out_.push_back('{');
    name(mark);
    body();
    out_.push_back('}');
  }
  void name(std::string_view text) {
    aws::append_json_name(out_, text);
    if (indent_ > 0) out_.push_back(' ');
  }
  void open(char bracket) {
    out_.push_back(bracket);
    ++level_;
  }
  void next(bool first) {
    if (!first) out_.push_back(',');
    new_line();
  }
  void close(char bracket, bool empty) {
    --level_;
    if (!empty) new_line();
    out_.push_back(bracket);
  }
  void new_line() {
    if (indent_ > 0) out_.append(1, '\n').append(static_cast<size_t>(level_ * indent_), ' ');
  }

  std::string& out_;
  int indent_;
  int level_ = 0;
};

}  // namespace

void append_plain_json(std::string& out, const Item& item, int indent) { Writer(out, indent).write_attributes(item); }

void append_plain_json(std::string& out, const Value& value, int indent) { Writer(out, indent).write(value); }

}  // namespace caudal::items
