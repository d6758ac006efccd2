// SPDX-License-Identifier: Apache-2.0
// Names and tax numbers of people who do not exist: CPF of Brazil and RUT of Chile with right check digits, and no
// two clients of one sample with the same number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"

namespace caudal::sample {

enum class Country { kBrazil, kChile };
std::string_view country_code(Country country);  // "BR", "CL"

// "529.982.247-25" from the nine digits before the check digits. `base` below 10^9.
std::string format_cpf(uint32_t base);
// "12.345.678-5" (the check digit may be K). `base` from 1 to 99,999,999.
std::string format_rut(uint32_t base);

// The tax number of the client `number` (1 to 20,000,000) under `seed`: a permutation, so distinct clients get
// distinct numbers. Never one of the CPFs of nine equal digits, which the tax office refuses.
std::string tax_number(Country country, uint64_t number, uint64_t seed);

// Given name and two family names usual in the country, UTF-8.
std::string person_name(Country country, Random& random);

}  // namespace caudal::sample
