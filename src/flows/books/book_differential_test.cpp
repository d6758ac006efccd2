// SPDX-License-Identifier: Apache-2.0
// Books made up at random over events made up at random must come out as their SQL says, cell for cell.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "base/random.h"
#include "flows/books/testing/book_lab.h"

namespace caudal::flows::books {
namespace {

struct MadeUpMeasure {
  std::string declared;
  std::string actual;  // the type that the source gives
  int digits = 0;      // that a value may have, without the point
  int scale = 0;       // of the actual type
};

// One book and the events of its source, as text.
class MadeUp {
 public:
  explicit MadeUp(Random& random) : random_(random) {
    entity();
    for (int64_t m = random_.between(1, 3); m > 0; --m) measure();
    size_ = random_.chance(0.1) ? random_.between(3'000, 6'000) : random_.between(0, 400);
    clients_ = random_.between(1, random_.chance(0.3) ? 3'000 : 30);
    largeness_ = random_.chance(0.25) ? random_.unit() * random_.unit() * 0.3 : 0;
  }

  std::string yaml() {
    std::string text = fmt::format(
        "name: livro\ndescription: d\nentity: {{column: id, type: {}, description: e}}\ndate: dia\nwindows: [{}]\n"
        "source: SELECT * FROM eventos\ntotals: {}\n",
        entity_declared_, fmt::join(windows(), ", "), true);
    const std::string classes = classes_text();
    if (classes.empty() || random_.chance(0.5)) return text + classes + measures_text();
    text.replace(text.find("totals: true"), 12, "totals: false");
    return text + classes + measures_text();
  }

  std::string events() {
    std::string columns = fmt::format("{} AS id, {} AS dia, {} AS a, {} AS b, {} AS c", entity_cell(),
                                      "DATE '2024-02-03' - CAST(" + hash(2) + " % 800 AS INTEGER)", small(3), small(4),
                                      hash(5) + " % 2 = 0");
    for (size_t m = 0; m < measures_.size(); ++m) columns += fmt::format(", {} AS v{}", cell(m), m);
    return fmt::format("CREATE OR REPLACE TABLE eventos AS SELECT {} FROM range({}) r(i)", columns, size_);
  }

 private:
  std::string pick(const std::vector<std::string>& texts) { return texts[random_.below(texts.size())]; }
  // A number from 0 on that differs from row to row, and from `salt` to salt.
  std::string hash(int salt) const { return fmt::format("(hash(i * 64 + {} + {}) // 8)", salt, seed_); }
  // -3 to 3, or NULL.
  std::string small(int salt) const {
    return fmt::format("CASE WHEN {} % 6 > 0 THEN CAST({} % 7 AS INTEGER) - 3 END", hash(salt + 20), hash(salt));
  }

  void entity() {
    entity_declared_ = pick({"int", "bigint", "string"});
    if (entity_declared_ == "int") entity_actual_ = pick({"INTEGER", "SMALLINT", "UINTEGER", "INTEGER"});
    if (entity_declared_ == "bigint") entity_actual_ = pick({"BIGINT", "INTEGER", "UBIGINT", "BIGINT"});
    if (entity_declared_ == "string") entity_actual_ = "VARCHAR";
  }
  std::string entity_cell() {
    std::string number = fmt::format("({} % {})", hash(1), clients_);
    if (entity_actual_ == "VARCHAR" && random_.chance(0.7))
      number = fmt::format("repeat('{}', CAST({} % 3 AS INTEGER)) || {}", pick({"cl", "João ", "0"}), number, number);
    if (entity_actual_[0] != 'U' && entity_actual_ != "VARCHAR")
      number = fmt::format("(CAST({} AS BIGINT) - 7)", number);
    const std::string cell = fmt::format("CAST({} AS {})", number, entity_actual_);
    return random_.chance(0.2) ? fmt::format("CASE WHEN {} % 9 > 0 THEN {} END", hash(30), cell) : cell;
  }

  void measure() {
    MadeUpMeasure m;
    if (random_.chance(0.6)) {
      const int64_t digits = random_.between(1, 18);
      m.scale = static_cast<int>(random_.between(0, std::min<int64_t>(digits, 6)));
      m.digits = static_cast<int>(digits);
      m.declared = fmt::format("decimal({},{})", digits, m.scale);
      m.actual = m.declared;
      if (random_.chance(0.1)) m.actual = fmt::format("DECIMAL(38,{})", m.scale);
      if (random_.chance(0.1) && m.scale > 0 && m.digits > 1)
        m.scale -= 1, m.digits -= 1, m.actual = fmt::format("DECIMAL(18,{})", m.scale);
    } else {
      m.declared = pick({"int", "bigint"});
      m.actual = m.declared == "int" ? pick({"INTEGER", "INTEGER", "SMALLINT", "TINYINT", "UTINYINT"})
                                     : pick({"BIGINT", "BIGINT", "INTEGER", "HUGEINT", "UINTEGER", "UBIGINT"});
      m.digits = m.actual.find("TINY") != std::string::npos      ? 2
                 : m.actual == "SMALLINT"                        ? 4
                 : m.actual.find("INTEGER") != std::string::npos ? 9
                                                                 : 18;
    }
    measures_.push_back(m);
  }
  // A value of the measure: NULL now and then, small as a rule, sometimes as large as can be.
  std::string cell(size_t number) {
    const MadeUpMeasure& m = measures_[number];
    const int salt = static_cast<int>(10 + number);
    const int digits = std::min(m.digits, random_.chance(0.5) ? 4 : 12);
    const bool is_signed = m.actual[0] != 'U' && random_.chance(0.7);
    std::string unscaled = fmt::format("CAST({} % {} AS BIGINT)", hash(salt), int64_t(std::pow(10, digits)));
    if (largeness_ > 0)
      unscaled = fmt::format("CASE WHEN {} % 1000 < {} THEN {} ELSE {} END", hash(salt + 40), int(largeness_ * 1000),
                             std::string(static_cast<size_t>(m.digits), '9'), unscaled);
    if (is_signed) unscaled = fmt::format("({}) * (CAST({} % 2 AS BIGINT) * 2 - 1)", unscaled, hash(salt + 10));
    const std::string point = m.scale == 0 ? "" : " * 0." + std::string(static_cast<size_t>(m.scale - 1), '0') + "1";
    const std::string cell = fmt::format("CAST(CAST({} AS DECIMAL(18,0)){} AS {})", unscaled, point, m.actual);
    return random_.chance(0.5) ? fmt::format("CASE WHEN {} % 4 > 0 THEN {} END", hash(salt + 20), cell) : cell;
  }

  std::vector<std::string> windows() {
    std::vector<std::string> all = {"U1M", "U2M", "U3M", "U6M", "U12M", "U24M"};
    std::erase_if(all, [&](const std::string&) { return random_.chance(0.6); });
    return all.empty() ? std::vector<std::string>{"U3M"} : all;
  }
  std::string classes_text() {
    std::string text;
    for (int64_t c = random_.between(0, 3); c > 0; --c) {
      text += fmt::format("  - name: c{}\n    values:\n", c);
      for (int64_t v = random_.between(1, 4); v > 0; --v)
        text += fmt::format("      - {{name: X{}_{}, when: \"{}\", description: d}}\n", c, v,
                            pick({"a IS NULL", "a > b", "a = 1 OR b = 1", "c", "true", "false", "b < 0", "a + b = 2",
                                  "NULL", "NOT c AND a < 3"}));
    }
    return text.empty() ? text : "classes:\n" + text;
  }
  std::string measures_text() {
    std::string text = "measures:\n";
    for (size_t m = 0; m < measures_.size(); ++m) {
      std::vector<std::string> aggregates = {"sum", "avg", "max", "min", "count"};
      std::erase_if(aggregates, [&](const std::string&) { return random_.chance(0.35); });
      if (aggregates.empty()) aggregates = {"avg"};
      text += fmt::format("  - {{column: v{}, type: \"{}\", required: {}, aggregates: [{}], description: d}}\n", m,
                          measures_[m].declared, random_.chance(0.4), fmt::join(aggregates, ", "));
    }
    return text;
  }

  Random& random_;
  const uint64_t seed_ = random_.below(1'000'000'000) * 64;
  std::string entity_declared_;
  std::string entity_actual_;
  std::vector<MadeUpMeasure> measures_;
  int64_t size_ = 0;
  int64_t clients_ = 0;
  double largeness_ = 0;
};

// In several parts, which tests run side by side.
class BookTableAndSql : public testing::TestWithParam<uint64_t> {};

TEST_P(BookTableAndSql, SayTheSame) {
  const char* const fixed = std::getenv("CAUDAL_SEED");
  const uint64_t seed = fixed != nullptr ? std::strtoull(fixed, nullptr, 10) : secure_random_u64() % 1'000'000'000;
  std::printf("seed %llu (CAUDAL_SEED=%llu repeats it)\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(seed));
  Random random(seed + GetParam());
  BookLab lab;
  constexpr int kCases = 75;
  for (int number = 0; number < kCases; ++number) {
    MadeUp made(random);
    const std::string yaml = made.yaml();
    const std::string events = made.events();
    lab.run(events);
    ASSERT_EQ(lab.difference(parse_book(yaml)), "") << "case " << number << "\n" << yaml << events;
  }
  std::printf("%d of %d books failed for numbers too large, both ways\n", lab.failures(), kCases);
  EXPECT_LT(lab.failures(), kCases / 2);
}
INSTANTIATE_TEST_SUITE_P(Parts, BookTableAndSql, testing::Range<uint64_t>(0, 4));

}  // namespace
}  // namespace caudal::flows::books
