// SPDX-License-Identifier: Apache-2.0
// Reading a book's declaration.
#include "flows/definition/book.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "flows/definition/book_variables.h"
#include "flows/definition/sql_text.h"

namespace caudal::flows {
namespace {

constexpr int kMostMonths = 120;
constexpr uint8_t kMostMeasureDigits = 18;  // sums are of 64-bit whole numbers, in 128 bits

// What a book, a class, ... may be called: as in SQL, but of either case, since names of variables are lowered.
bool is_book_name(std::string_view text) {
  std::string lowered;
  for (const char c : text) lowered += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return is_plain_name(lowered);
}

class Reader {
 public:
  Reader(const yaml::Node& root, Mistakes& mistakes) : top_(root, "the book", mistakes), mistakes_(mistakes) {}

  BookDefinition read() {
    book_.place = top_.place();
    book_.name = name(top_, "name");
    book_.description = top_.text("description").value_or("");
    if (const yaml::Node* source = top_.required("source")) {
      if (const auto text = yaml::read_text(*source, "'source'", mistakes_))
        book_.source = SqlTemplate::parse(*text, source->text_place(), mistakes_);
    }
    if (const yaml::Node* entity = top_.required("entity")) read_entity(*entity);
    book_.date = name(top_, "date");
    read_windows();
    for (const yaml::Node& node : top_.optional_list("classes")) read_class(node);
    for (const yaml::Node& node : top_.list("measures")) read_measure(node);
    book_.totals = top_.optional_boolean("totals").value_or(false);
    if (book_.classes.empty() && !book_.totals)
      mistakes_.add(top_.place(), "a book without 'classes' needs 'totals: true', else it has no variables");
    top_.finish();
    work_out_variables(book_, mistakes_);
    return std::move(book_);
  }

 private:
  std::string name(yaml::Mapping& map, std::string_view key) {
    std::string text = map.text(key).value_or("");
    if (!text.empty() && !is_book_name(text))
      mistakes_.add(
          map.place_of(key),
          fmt::format("'{}' cannot be a name: letters, digits and _, beginning with a letter", text.substr(0, 80)));
    return text;
  }

  ColumnType type(yaml::Mapping& map) {
    const auto text = map.text("type");
    if (!text) return {};
    const Result<ColumnType> parsed = parse_column_type(*text);
    if (!parsed) mistakes_.add(map.place_of("type"), parsed.error().message);
    return parsed ? *parsed : ColumnType();
  }

  void read_entity(const yaml::Node& node) {
    yaml::Mapping map(node, "'entity'", mistakes_);
    book_.entity = name(map, "column");
    book_.entity_type = type(map);
    book_.entity_description = map.text("description").value_or("");
    const TypeKind kind = book_.entity_type.kind;
    if (kind != TypeKind::kString && kind != TypeKind::kInt && kind != TypeKind::kBigint)
      mistakes_.add(map.place_of("type"), "an entity is a string, an int or a bigint");
    map.finish();
  }

  // U3M is the last three months.
  void read_windows() {
    const TextPlace place = top_.place_of("windows");
    for (const std::string& text : top_.texts("windows").value_or(std::vector<std::string>())) {
      BookWindow window{text, 0, place};
      const char* begin = text.data() + 1;
      const char* end = text.data() + text.size() - 1;
      const bool framed = text.size() >= 3 && text.front() == 'U' && text.back() == 'M';
      if (!framed || std::from_chars(begin, end, window.months).ptr != end || window.months < 1 ||
          window.months > kMostMonths || text[1] == '0') {
        mistakes_.add(place, fmt::format("'windows' must be such as U1M or U12M (at most U{}M), found '{}'",
                                         kMostMonths, text.substr(0, 40)));
        continue;
      }
      book_.windows.push_back(std::move(window));
    }
    std::sort(book_.windows.begin(), book_.windows.end(),
              [](const BookWindow& a, const BookWindow& b) { return a.months < b.months; });
  }

  void read_class(const yaml::Node& node) {
    yaml::Mapping map(node, "a class", mistakes_);
    BookClass book_class;
    book_class.place = map.place();
    book_class.name = name(map, "name");
    for (const yaml::Node& item : map.list("values")) read_value(item, book_class);
    map.finish();
    for (const BookClass& other : book_.classes) {
      if (other.name == book_class.name)
        mistakes_.add(book_class.place, fmt::format("class '{}' is there already", book_class.name));
    }
    book_.classes.push_back(std::move(book_class));
  }

  void read_value(const yaml::Node& node, BookClass& book_class) {
    yaml::Mapping map(node, "a value of a class", mistakes_);
    ClassValue value;
    value.place = map.place();
    value.name = name(map, "name");
    value.condition = map.text("when").value_or("");
    value.description = map.text("description").value_or("");
    map.finish();
    if (!value.condition.empty()) {
      if (const std::string problem = problem_of_expression(value.condition); !problem.empty())
        mistakes_.add(map.place_of("when"), fmt::format("'when' must be a condition: {}", problem));
    }
    for (const ClassValue& other : book_class.values) {
      if (other.name == value.name)
        mistakes_.add(value.place,
                      fmt::format("value '{}' is there already, in line {}", value.name, other.place.line));
    }
    book_class.values.push_back(std::move(value));
  }

  void read_measure(const yaml::Node& node) {
    yaml::Mapping map(node, "a measure", mistakes_);
    BookMeasure measure;
    measure.place = map.place();
    measure.name = name(map, "column");
    measure.type = type(map);
    const TypeKind kind = measure.type.kind;
    if ((kind != TypeKind::kDecimal && kind != TypeKind::kInt && kind != TypeKind::kBigint) ||
        measure.type.precision > kMostMeasureDigits)
      mistakes_.add(map.place_of("type"),
                    fmt::format("a measure is an int, a bigint or a decimal of at most {} digits", kMostMeasureDigits));
    if (kind == TypeKind::kDecimal && measure.type.scale > 6)
      mistakes_.add(map.place_of("type"), "a measure has at most 6 decimal places");
    measure.required = map.optional_boolean("required").value_or(false);
    measure.description = map.text("description").value_or("");
    for (const std::string& word : map.texts("aggregates").value_or(std::vector<std::string>())) {
      if (const auto aggregate = aggregate_named(word))
        measure.aggregates.push_back(*aggregate);
      else
        mistakes_.add(map.place_of("aggregates"),
                      fmt::format("'{}' is no aggregate; known are sum, avg, max, min, count", word.substr(0, 40)));
    }
    map.finish();
    for (const BookMeasure& other : book_.measures) {
      if (other.name == measure.name)
        mistakes_.add(measure.place,
                      fmt::format("measure '{}' is there already, in line {}", measure.name, other.place.line));
    }
    book_.measures.push_back(std::move(measure));
  }

  yaml::Mapping top_;
  Mistakes& mistakes_;
  BookDefinition book_;
};

}  // namespace

BookDefinition read_book(const yaml::Node& root, Mistakes& mistakes) { return Reader(root, mistakes).read(); }

}  // namespace caudal::flows
