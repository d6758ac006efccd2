// SPDX-License-Identifier: Apache-2.0
// Who a client is: drawn once from the seed and the client's number, so that adding clients changes none of the others.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/date.h"
#include "sample/identity.h"

namespace caudal::sample {

// How a client pays. A migrant changes from one of the others to another during the period.
enum class Segment { kEarly, kOnTime, kLate, kPartial, kNever, kMigrant };
inline constexpr int kSegments = 6;
std::string_view segment_name(Segment segment);  // as in clientes.csv: "antecipado", "em_dia", ...

struct Client {
  int64_t number = 0;
  Country country = Country::kBrazil;
  Segment segment = Segment::kOnTime;
  int64_t limit_minor = 0;         // credit limit, in cents
  int32_t usual_use_permille = 0;  // of the limit, in a plain month
  int32_t growth_permille = 0;     // of the use, a month
  int closing_day = 1;             // of the month, when the invoice is issued
  int first_month = 0;             // month of the period in which the first invoice comes
  uint64_t life_seed = 0;          // of the draws that make the client's invoices and payments
};

Client make_client(int64_t number, uint64_t seed, int months);

// The line of clientes.csv, with its newline: id_cliente,nome,documento,pais,segmento,limite,data_nascimento,
// cliente_desde. Drawn apart from make_client, so it costs nothing where it is not wanted.
std::string client_line(const Client& client, uint64_t seed, Date period_start);
inline constexpr std::string_view kClientHeader =
    "id_cliente,nome,documento,pais,segmento,limite,data_nascimento,cliente_desde\n";

}  // namespace caudal::sample
