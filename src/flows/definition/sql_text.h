// SPDX-License-Identifier: Apache-2.0
// Small pieces of SQL text: quoting, and stepping over what is quoted. Not a parser.
#pragma once

#include <string>
#include <string_view>

namespace caudal::flows {

std::string quote_identifier(std::string_view name);  // "name", quotes doubled
std::string quote_text(std::string_view text);        // 'text', quotes doubled

// The end of the quote or comment that begins at `at`, or `at` when none does. An unclosed one ends with the text.
size_t skip_quoted(std::string_view text, size_t at);

// Whether quotes, comments and brackets close, and no semicolon stands outside of them: such a text can be put into
// parentheses without changing what stands around it. The problem in words, or "".
std::string problem_of_expression(std::string_view text);

// A name that databases, tables, columns and steps may have: lower-case letters, digits and underscores, beginning with
// a letter, at most 128.
bool is_plain_name(std::string_view text);

}  // namespace caudal::flows
