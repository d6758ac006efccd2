// SPDX-License-Identifier: Apache-2.0
// The templates of notices.
#include "notices/render.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/date.h"
#include "base/utf8.h"

namespace caudal::notices {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr size_t kHeadlineBytes = 200;
constexpr size_t kLogFactBytes = 120;
constexpr size_t kLogErrorBytes = 500;
constexpr size_t kChatHeaderBytes = 150;
constexpr size_t kChatFieldBytes = 1000;
constexpr size_t kChatErrorBytes = 2500;
constexpr size_t kChatFieldsInSection = 10;
constexpr size_t kChatMaxFacts = 40;

std::string cut(std::string text, size_t size_bytes) {
  if (text.size() <= size_bytes) return text;
  return std::string(utf8_prefix(text, size_bytes - kEllipsis.size())) += kEllipsis;
}

// Valid UTF-8 whose only control characters are line feeds. C1 controls and Unicode's own line separators go too: some
// readers break lines at them.
std::string clean(std::string_view text) {
  std::string out;
  const std::string valid = to_valid_utf8(text);
  for (size_t at = 0; at < valid.size();) {
    const size_t length = utf8_sequence_bytes(std::string_view(valid).substr(at));
    const std::string_view character = std::string_view(valid).substr(at, length);
    const auto first = static_cast<unsigned char>(character[0]);
    const bool c1 = length == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
    const bool separator = character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9";
    const bool control = (first < 0x20 && first != '\n') || first == 0x7F || c1 || separator;
    out += control ? std::string_view(" ") : character;
    at += length;
  }
  return out;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;  // clean() left no other control character
    }
  }
  return out + '"';
}

// Slack's mrkdwn: these three are markup, everything else is text.
std::string markup(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

// Text in a code block cannot close it.
std::string code_block(std::string_view text, size_t size_bytes) {
  std::string inside = cut(std::string(text), size_bytes);
  for (size_t at = inside.find("```"); at != std::string::npos; at = inside.find("```", at))
    inside.replace(at, 3, "'''");
  return "```\n" + markup(inside) + "\n```";
}

std::string_view symbol(Event event) {
  switch (event) {
    case Event::kSucceeded: return "✅";
    case Event::kFailed: return "❌";
    case Event::kRefused: return "⛔";
    case Event::kLate: return "⏰";
    case Event::kRecovered: return "🟢";
  }
  return "";
}

std::string section(std::string_view mrkdwn) {
  return fmt::format(R"({{"type":"section","text":{{"type":"mrkdwn","text":{}}}}})", json_text(mrkdwn));
}

void append_facts(const Notice& notice, std::vector<std::string>& blocks) {
  const size_t shown = std::min(notice.facts.size(), kChatMaxFacts);
  for (size_t start = 0; start < shown; start += kChatFieldsInSection) {
    std::string fields;
    for (size_t i = start; i < std::min(start + kChatFieldsInSection, shown); ++i) {
      const auto& [name, value] = notice.facts[i];
      const std::string text =
          fmt::format("*{}*\n{}", markup(one_line(name, 200)), markup(one_line(value, kChatFieldBytes)));
      if (!fields.empty()) fields += ',';
      fields += fmt::format(R"({{"type":"mrkdwn","text":{}}})", json_text(text));
    }
    blocks.push_back(fmt::format(R"({{"type":"section","fields":[{}]}})", fields));
  }
  if (shown < notice.facts.size())
    blocks.push_back(section(fmt::format("… and {} more facts", notice.facts.size() - shown)));
}

}  // namespace

std::string one_line(std::string_view text, size_t size_bytes) {
  std::string out = clean(text);
  std::ranges::replace(out, '\n', ' ');
  return cut(std::move(out), size_bytes);
}

std::string headline(const Notice& notice) {
  const std::string line = fmt::format("{} {}", notice.flow, to_string(notice.event));
  return one_line(notice.title.empty() ? line : fmt::format("{}: {}", line, notice.title), kHeadlineBytes);
}

std::string plain_text(const Notice& notice) {
  std::vector<std::pair<std::string, std::string>> rows = {{"Flow", notice.flow}};
  if (!notice.run.empty()) rows.emplace_back("Run", notice.run);
  rows.emplace_back("When", caudal::to_string(notice.happened));
  rows.insert(rows.end(), notice.facts.begin(), notice.facts.end());
  size_t width = 0;
  for (auto& [name, value] : rows) {
    name = one_line(name, kHeadlineBytes);
    width = std::max(width, std::min<size_t>(name.size(), 32));
  }
  std::string out = headline(notice) + "\n\n";
  for (const auto& [name, value] : rows) {
    std::string cleaned = clean(value);
    for (size_t at = cleaned.find('\n'); at != std::string::npos; at = cleaned.find('\n', at + 1)) {
      cleaned.insert(at + 1, width + 2, ' ');
    }
    out += fmt::format("{:<{}}  {}\n", name, width, cleaned);
  }
  if (!notice.error.empty()) out += "\nError\n" + clean(notice.error) + "\n";
  if (!notice.command.empty()) out += "\nTo look closer\n  " + one_line(notice.command, 1000) + "\n";
  return out;
}

std::string log_line(const Notice& notice) {
  std::string out = headline(notice);
  if (!notice.run.empty()) out += " run=" + one_line(notice.run, kLogFactBytes);
  for (const auto& [name, value] : notice.facts) {
    out += fmt::format(" {}={}", one_line(name, kLogFactBytes), one_line(value, kLogFactBytes));
  }
  if (!notice.error.empty()) out += " error: " + one_line(notice.error, kLogErrorBytes);
  return out;
}

std::string chat_json(const Notice& notice) {
  const std::string line = headline(notice);
  std::vector<std::string> blocks;
  blocks.push_back(fmt::format(R"({{"type":"header","text":{{"type":"plain_text","emoji":true,"text":{}}}}})",
                               json_text(cut(fmt::format("{} {}", symbol(notice.event), line), kChatHeaderBytes))));
  append_facts(notice, blocks);
  if (!notice.error.empty()) blocks.push_back(section(code_block(clean(notice.error), kChatErrorBytes)));
  if (!notice.command.empty()) {
    blocks.push_back(section("To look closer: " + code_block(one_line(notice.command, 1000), 1000)));
  }
  std::string context = caudal::to_string(notice.happened);
  if (!notice.run.empty()) context = fmt::format("run {} · {}", one_line(notice.run, 200), context);
  blocks.push_back(
      fmt::format(R"({{"type":"context","elements":[{{"type":"mrkdwn","text":{}}}]}})", json_text(markup(context))));
  return fmt::format(R"({{"text":{},"blocks":[{}]}})", json_text(markup(line)), fmt::join(blocks, ","));
}

}  // namespace caudal::notices
