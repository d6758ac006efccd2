// SPDX-License-Identifier: Apache-2.0
// Check digits by the modulus 11 rules that the Receita Federal and the Registro Civil publish.
#include "sample/identity.h"

#include <fmt/format.h>

#include <array>

namespace caudal::sample {
namespace {

constexpr std::array<std::string_view, 24> kGivenBrazil = {
    "Ana",      "João",    "Maria",  "José",    "Beatriz", "Carlos",  "Letícia",  "Paulo",
    "Juliana",  "Antônio", "Camila", "Rafael",  "Larissa", "Marcos",  "Fernanda", "Lucas",
    "Patrícia", "Bruno",   "Aline",  "Gustavo", "Tatiane", "Rodrigo", "Vitória",  "Thiago"};
constexpr std::array<std::string_view, 24> kFamilyBrazil = {
    "Silva",     "Santos",  "Oliveira",   "Souza",   "Lima",     "Pereira",  "Ferreira", "Costa",
    "Rodrigues", "Almeida", "Nascimento", "Araújo",  "Ribeiro",  "Carvalho", "Gomes",    "Martins",
    "Rocha",     "Barbosa", "Conceição",  "Moreira", "Teixeira", "Cardoso",  "Assunção", "Freitas"};
constexpr std::array<std::string_view, 20> kGivenChile = {
    "Camila",  "Matías",    "Javiera", "Benjamín",  "Constanza", "Vicente", "Valentina",
    "Martín",  "Francisca", "Joaquín", "Catalina",  "Sebastián", "Antonia", "Ignacio",
    "Isidora", "Felipe",    "Daniela", "Cristóbal", "Paula",     "Nicolás"};
constexpr std::array<std::string_view, 20> kFamilyChile = {
    "González", "Muñoz", "Rojas", "Díaz",    "Pérez",   "Soto",   "Contreras", "Silva",     "Martínez", "Sepúlveda",
    "Morales",  "Núñez", "Araya", "Fuentes", "Vásquez", "Castro", "Reyes",     "Gutiérrez", "Espinoza", "Tapia"};

template <size_t N>
std::string_view pick(const std::array<std::string_view, N>& list, Random& random) {
  return list[random.below(N)];
}

uint32_t cpf_check_digit(uint64_t digits, uint32_t first_weight) {
  uint64_t sum = 0;
  for (uint32_t weight = 2; weight <= first_weight; ++weight, digits /= 10) sum += (digits % 10) * weight;
  const auto rest = static_cast<uint32_t>(sum * 10 % 11);
  return rest == 10 ? 0 : rest;
}

bool all_digits_equal(uint32_t base) { return base % 111'111'111 == 0; }

// x -> (x * factor + offset) mod modulus is one to one where factor and modulus share no divisor.
uint32_t permute(uint64_t x, uint64_t modulus, uint64_t offset) {
  constexpr uint64_t kFactor = 387'420'503;  // prime
  return static_cast<uint32_t>((x % modulus * kFactor + offset % modulus) % modulus);
}

}  // namespace

std::string_view country_code(Country country) { return country == Country::kBrazil ? "BR" : "CL"; }

std::string format_cpf(uint32_t base) {
  const uint32_t first = cpf_check_digit(base, 10);
  const uint32_t second = cpf_check_digit(uint64_t{base} * 10 + first, 11);
  return fmt::format("{:03}.{:03}.{:03}-{}{}", base / 1'000'000, base / 1000 % 1000, base % 1000, first, second);
}

std::string format_rut(uint32_t base) {
  uint32_t sum = 0;
  uint32_t weight = 2;
  for (uint32_t digits = base; digits > 0; digits /= 10) {
    sum += digits % 10 * weight;
    weight = weight == 7 ? 2 : weight + 1;
  }
  const uint32_t rest = 11 - sum % 11;
  const char check = rest == 11 ? '0' : rest == 10 ? 'K' : static_cast<char>('0' + rest);
  return fmt::format("{}.{:03}.{:03}-{}", base / 1'000'000, base / 1000 % 1000, base % 1000, check);
}

std::string tax_number(Country country, uint64_t number, uint64_t seed) {
  if (country == Country::kChile) return format_rut(5'000'000 + permute(number, 21'000'000, seed));
  uint32_t base = permute(number, 1'000'000'000, seed);
  while (all_digits_equal(base)) base = permute(base, 1'000'000'000, seed);
  return format_cpf(base);
}

std::string person_name(Country country, Random& random) {
  const bool brazil = country == Country::kBrazil;
  const std::string_view given = brazil ? pick(kGivenBrazil, random) : pick(kGivenChile, random);
  const std::string_view first = brazil ? pick(kFamilyBrazil, random) : pick(kFamilyChile, random);
  const std::string_view second = brazil ? pick(kFamilyBrazil, random) : pick(kFamilyChile, random);
  return fmt::format("{} {} {}", given, first, second);
}

}  // namespace caudal::sample
