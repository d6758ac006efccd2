// SPDX-License-Identifier: Apache-2.0
// Errors, each made from a clean row by changing the fields it is about.
#include "sample/dirt.h"

#include <vector>

#include "base/check.h"

namespace caudal::sample {
namespace {

constexpr int64_t kDifferenceMinor = 1'00;  // between the two amounts of a differing repeat

constexpr std::array<KindInfo, kKinds> kInfo = {{
    {"limpa", Fate::kAccepted, true},
    {"data_invalida", Fate::kQuarantined, true},
    {"data_impossivel", Fate::kQuarantined, true},
    {"virgula_decimal", Fate::kQuarantined, false},
    {"valor_negativo", Fate::kQuarantined, true},
    {"valor_excessivo", Fate::kQuarantined, false},
    {"tipo_errado", Fate::kQuarantined, true},
    {"chave_nula", Fate::kQuarantined, true},
    {"cliente_nulo", Fate::kQuarantined, true},
    {"campo_a_menos", Fate::kQuarantined, false},
    {"campo_a_mais", Fate::kQuarantined, false},
    {"vencimento_antes_da_emissao", Fate::kAccepted, true},
    {"repetida_igual", Fate::kRemoved, true},
    {"repetida_diferente", Fate::kQuarantined, true},
    {"entregue_atrasada", Fate::kAccepted, true},
    {"orfao", Fate::kQuarantined, true},
    {"orfao_ate_o_mes_seguinte", Fate::kHealed, true},
    {"orfao_de_fatura_recusada", Fate::kQuarantined, true},
}};

constexpr std::array kBothTables = {Kind::kBadDate,    Kind::kImpossibleDate, Kind::kDecimalComma,
                                    Kind::kNegative,   Kind::kOverflow,       Kind::kWrongType,
                                    Kind::kNullKey,    Kind::kNullClient,     Kind::kMissingField,
                                    Kind::kExtraField, Kind::kRepeatedSame,   Kind::kRepeatedDifferent};

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> fields;
  size_t start = 0;
  for (size_t comma = line.find(','); comma != std::string_view::npos; comma = line.find(',', start)) {
    fields.emplace_back(line.substr(start, comma - start));
    start = comma + 1;
  }
  fields.emplace_back(line.substr(start));
  return fields;
}

std::string join(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += ',';
    line += field;
  }
  return line;
}

std::string minor_text(int64_t amount_minor) {
  std::string cents = std::to_string(amount_minor % 100);
  return std::to_string(amount_minor / 100) + (cents.size() == 1 ? ".0" : ".") + cents;
}

int64_t parse_minor(std::string_view text) {
  int64_t value = 0;
  for (const char c : text) value = c == '.' ? value : value * 10 + (c - '0');
  return value;
}

std::string with_comma(std::string amount) {
  amount[amount.size() - 3] = ',';
  return '"' + amount + '"';
}

}  // namespace

const KindInfo& kind_info(Kind kind) { return kInfo[static_cast<size_t>(kind)]; }

std::string_view fate_name(Fate fate) {
  constexpr std::array<std::string_view, 4> kNames = {"aceita", "quarentena", "repetida", "curada_no_mes_seguinte"};
  return kNames[static_cast<size_t>(fate)];
}

Kind Dirt::draw_invoice(bool can_be_late) {
  if (static_cast<int64_t>(random_.below(1'000'000)) >= dirty_ppm_) return Kind::kClean;
  const uint64_t draw = random_.below(kBothTables.size() + 2);
  if (draw == 0) return Kind::kDueBeforeIssue;
  if (draw == 1) return can_be_late ? Kind::kDeliveredLate : Kind::kRepeatedSame;
  return kBothTables[draw - 2];
}

Kind Dirt::draw_payment(bool can_be_late) {
  if (static_cast<int64_t>(random_.below(1'000'000)) >= dirty_ppm_) return Kind::kClean;
  const uint64_t draw = random_.below(kBothTables.size() + 2);
  if (draw == 0) return Kind::kOrphan;
  if (draw == 1) return can_be_late ? Kind::kDeliveredLate : Kind::kOrphan;
  return kBothTables[draw - 2];
}

std::string spoil(std::string_view line, Kind kind, const Layout& layout) {
  std::vector<std::string> fields = split(line);
  CHECK(fields.size() > layout.amount, "a row of the sample has too few fields");
  switch (kind) {
    case Kind::kClean:
    case Kind::kRepeatedSame:
    case Kind::kDeliveredLate:
    case Kind::kOrphanUntilNextMonth:
    case Kind::kOrphanOfRefused: break;
    case Kind::kBadDate: fields[layout.date] = "ontem"; break;
    case Kind::kImpossibleDate: fields[layout.date] = fields[layout.date].substr(0, 4) + "-02-30"; break;
    case Kind::kDecimalComma: fields[layout.amount] = with_comma(fields[layout.amount]); break;
    case Kind::kNegative: fields[layout.amount].insert(0, "-"); break;
    case Kind::kOverflow: fields[layout.amount].insert(0, "99999999999999999"); break;
    case Kind::kWrongType: fields[layout.client].insert(0, "C"); break;
    case Kind::kNullKey: fields[layout.key].clear(); break;
    case Kind::kNullClient: fields[layout.client].clear(); break;
    case Kind::kMissingField: fields.pop_back(); break;
    case Kind::kExtraField: fields.emplace_back("x"); break;
    case Kind::kDueBeforeIssue: std::swap(fields[layout.date], fields[layout.due]); break;
    case Kind::kRepeatedDifferent:
      fields[layout.amount] = minor_text(parse_minor(fields[layout.amount]) + kDifferenceMinor);
      break;
    case Kind::kOrphan: fields[1] += "-0"; break;
  }
  return join(fields);
}

int64_t spoiled_amount(int64_t amount_minor, Kind kind) {
  if (!kind_info(kind).amount_readable) return 0;
  if (kind == Kind::kNegative) return -amount_minor;
  if (kind == Kind::kRepeatedDifferent) return amount_minor + kDifferenceMinor;
  return amount_minor;
}

}  // namespace caudal::sample
