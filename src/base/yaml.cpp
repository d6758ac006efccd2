// SPDX-License-Identifier: Apache-2.0
// From yaml-cpp's events to a tree, with everything refused that a hand-written file has no use for.
#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <map>
#include <sstream>

#include "base/file.h"

namespace caudal::yaml {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kLongestShown = 60;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Bytes of the UTF-8 sequence that begins with `first`, 0 when no sequence begins so.
size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

// Where `text` holds something that is not printable UTF-8 text, or npos.
size_t find_bad_byte(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const bool control = (first < 0x20 && first != '\n' && first != '\r' && first != '\t') || first == 0x7F;
    const size_t length = sequence_length(first);
    if (control || length == 0 || at + length > text.size()) return at;
    for (size_t i = 1; i < length; ++i) {
      if (!is_continuation(text[at + i])) return at;
    }
    at += length;
  }
  return std::string_view::npos;
}

TextPlace place_of_byte(std::string_view text, size_t at, const std::string& file) {
  TextPlace place{file, 1, 1};
  for (size_t i = 0; i < at; ++i) {
    if (text[i] == '\n') {
      ++place.line;
      place.column = 1;
    } else if (!is_continuation(text[i])) {
      ++place.column;
    }
  }
  return place;
}

}  // namespace

// Builds the tree from events. After the first thing that leaves no tree it ignores what follows.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, std::string file, Mistakes& mistakes)
      : file_(std::move(file)), mistakes_(mistakes) {
    line_begins_.push_back(text);
    for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
      line_begins_.push_back(text.substr(at + 1));
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(leaf(mark, Node::Kind::kNull), anchor); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) return stop(mark, "an alias cannot stand inside what it names");
    add(found->second, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    Node node = leaf(mark, Node::Kind::kScalar);
    node.scalar_ = value;
    node.quoted_ = tag == "!";
    if (node.quoted_) place_text(mark, node);
    add(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kMapping);
  }
  void OnMapEnd() override { close(); }

  TextPlace place(const YAML::Mark& mark) const {
    const size_t line = static_cast<size_t>(std::max(mark.line, 0));
    TextPlace result{file_, static_cast<int>(line) + 1, 1};
    if (line >= line_begins_.size()) return result;
    const std::string_view before = line_begins_[line].substr(0, static_cast<size_t>(std::max(mark.column, 0)));
    for (const char c : before) result.column += is_continuation(c) ? 0 : 1;
    return result;
  }

  void stop(const YAML::Mark& mark, std::string message) {
    if (stopped_) return;
    stopped_ = true;
    mistakes_.add(place(mark), std::move(message));
  }

  // The tree, when there is one.
  std::optional<Node> finish(IfEmpty if_empty) {
    if (stopped_) return std::nullopt;
    if (!root_ && if_empty == IfEmpty::kNull) return Node();
    if (!root_) mistakes_.add({file_, 1, 1}, "the file is empty");
    return std::move(root_);
  }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    YAML::Mark mark;
    std::vector<Node> items;
    std::vector<Node::Entry> entries;
    bool has_key = false;
    std::string key = {};
    TextPlace key_place = {};
  };

  Node leaf(const YAML::Mark& mark, Node::Kind kind) const {
    Node node;
    node.kind_ = kind;
    node.place_ = place(mark);
    node.text_place_ = node.place_;
    return node;
  }

  // The text of a quoted scalar begins after the quote, that of a block (| or >) in the next line, indented.
  void place_text(const YAML::Mark& mark, Node& node) const {
    const auto line = static_cast<size_t>(std::max(mark.line, 0));
    const auto column = static_cast<size_t>(std::max(mark.column, 0));
    if (line >= line_begins_.size() || column >= line_begins_[line].size()) return;
    const char first = line_begins_[line][column];
    if (first != '|' && first != '>') {
      ++node.text_place_.column;
    } else if (line + 1 < line_begins_.size()) {
      ++node.text_place_.line;
      const size_t indentation = line_begins_[line + 1].find_first_not_of(' ');
      node.text_place_.column = 1 + (indentation == std::string_view::npos ? 0 : static_cast<int>(indentation));
    }
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!" || stopped_) return;
    mistakes_.add(place(mark), fmt::format("YAML tags such as '{}' are not used here; remove it", tag.substr(0, 40)));
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    if (stopped_) return;
    refuse_tag(mark, tag);
    if (static_cast<int>(frames_.size()) >= kDeepest)
      return stop(mark, fmt::format("nested deeper than {} levels", kDeepest));
    frames_.push_back({leaf(mark, kind), anchor, mark, {}, {}});
  }

  void close() {
    if (stopped_) return;
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (frame.node.kind_ == Node::Kind::kList)
      frame.node.items_ = std::make_shared<const std::vector<Node>>(std::move(frame.items));
    else
      frame.node.entries_ = std::make_shared<const std::vector<Node::Entry>>(std::move(frame.entries));
    add(std::move(frame.node), frame.anchor);
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (stopped_) return;
    if (anchor != 0) anchors_[anchor] = node;
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind_ == Node::Kind::kMapping && !frame.has_key) return add_key(frame, node);
    frame.node.size_ += node.size_;
    frame.node.height_ = std::max(frame.node.height_, node.height_ + 1);
    if (frame.node.height_ > kDeepest)
      return stop(frame.mark, fmt::format("nested deeper than {} levels once aliases are followed", kDeepest));
    if (frame.node.size_ > kMostNodes)
      return stop(frame.mark, fmt::format("more than {} values once aliases are followed", kMostNodes));
    if (frame.node.kind_ == Node::Kind::kList) {
      frame.items.push_back(std::move(node));
      return;
    }
    frame.has_key = false;
    for (const Node::Entry& entry : frame.entries) {
      if (entry.key != frame.key) continue;
      mistakes_.add(frame.key_place,
                    fmt::format("key '{}' is repeated; it stands in line {} already", frame.key, entry.place.line));
      return;
    }
    frame.entries.push_back({frame.key, frame.key_place, std::move(node)});
  }

  void add_key(Frame& frame, const Node& node) {
    if (node.kind() != Node::Kind::kScalar) {
      stopped_ = true;
      mistakes_.add(node.place(), fmt::format("a key must be a word, found {}", node.describe()));
      return;
    }
    frame.has_key = true;
    frame.key = node.scalar();
    frame.key_place = node.place();
  }

  std::string file_;
  Mistakes& mistakes_;
  std::vector<std::string_view> line_begins_;  // the rest of the text from the beginning of each line
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::optional<Node> root_;
  bool stopped_ = false;
};

namespace {

// Notes where a further document begins and drops what is in it.
class SecondDocument final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& start) override { mark = start; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
  YAML::Mark mark;
};

}  // namespace

std::string Node::describe() const {
  switch (kind_) {
    case Kind::kNull: return "nothing";
    case Kind::kList: return "a list";
    case Kind::kMapping: return "a mapping";
    case Kind::kScalar: break;
  }
  std::string shown = scalar_.substr(0, kLongestShown);
  for (char& c : shown) c = c == '\n' ? ' ' : c;
  while (shown.size() < scalar_.size() && !shown.empty() && is_continuation(scalar_[shown.size()])) shown.pop_back();
  return fmt::format("'{}{}'", shown, shown.size() < scalar_.size() ? "..." : "");
}

std::optional<Node> parse(std::string_view text, const std::string& file, Mistakes& mistakes, IfEmpty if_empty) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.size() > kLargestFileBytes) {
    mistakes.add({file}, fmt::format("larger than {} bytes", kLargestFileBytes));
    return std::nullopt;
  }
  if (const size_t bad = find_bad_byte(text); bad != std::string_view::npos) {
    mistakes.add(place_of_byte(text, bad, file), fmt::format("byte 0x{:02X} is not text; save the file as UTF-8",
                                                             static_cast<unsigned char>(text[bad])));
    return std::nullopt;
  }
  TreeBuilder builder(text, file, mistakes);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    SecondDocument second;
    parser.HandleNextDocument(builder);
    if (parser.HandleNextDocument(second)) builder.stop(second.mark, "a second document; put it in a file of its own");
  } catch (const YAML::Exception& error) {
    builder.stop(error.mark, fmt::format("not YAML: {}", error.msg));
  } catch (const std::exception& error) {
    builder.stop(YAML::Mark(), fmt::format("not YAML: {}", error.what()));
  }
  return builder.finish(if_empty);
}

std::optional<Node> parse_file(const std::filesystem::path& path, const std::string& shown_as, Mistakes& mistakes,
                               IfEmpty if_empty) {
  std::error_code ignored;  // a size that cannot be had leaves the error to the reading
  const uintmax_t size_bytes = std::filesystem::file_size(path, ignored);
  if (!ignored && size_bytes > kLargestFileBytes) {
    mistakes.add({shown_as}, fmt::format("larger than {} bytes", kLargestFileBytes));
    return std::nullopt;
  }
  const Result<std::string> text = read_file(path);
  if (!text) {
    mistakes.add({shown_as}, text.error().message);
    return std::nullopt;
  }
  return parse(*text, shown_as, mistakes, if_empty);
}

}  // namespace caudal::yaml
