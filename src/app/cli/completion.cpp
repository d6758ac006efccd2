// SPDX-License-Identifier: Apache-2.0
// The scripts first find out which command the line has come to, then offer what fits there.
#include "app/cli/completion.h"

#include <fmt/format.h>

#include <functional>
#include <vector>

namespace caudal::app {
namespace {

using Visit = std::function<void(const std::string& path, const Command& command)>;

void walk(const Command& command, const std::string& path, const Visit& visit) {
  visit(path, command);
  for (const Command& subcommand : command.subcommands) {
    if (!subcommand.hidden) walk(subcommand, path + " " + subcommand.name, visit);
  }
}

// In single quotes for every one of the three shells.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<std::string> words_at(const Command& root, const Command& command) {
  std::vector<std::string> words;
  for (const Command& subcommand : command.subcommands) {
    if (!subcommand.hidden) words.push_back(subcommand.name);
  }
  for (const Positional& positional : command.positionals) {
    words.insert(words.end(), positional.choices.begin(), positional.choices.end());
  }
  for (const Option& option : command.options) words.push_back(option.name);
  if (&command != &root) {
    for (const Option& option : root.options) words.push_back(option.name);
  }
  words.emplace_back("--help");
  return words;
}

bool takes_files(const Command& command) {
  for (const Positional& positional : command.positionals) {
    if (positional.completes != Completes::kNothing) return true;
  }
  return false;
}

// What a shell function sets after an option that takes a value: a list of words, or files, or folders.
struct ValueCase {
  std::string pattern;  // "'caudal sql':--output", or "*:--data" for the root's
  const Option* option;
};

std::vector<ValueCase> value_cases(const Command& root) {
  std::vector<ValueCase> cases;
  walk(root, root.name, [&](const std::string& path, const Command& command) {
    for (const Option& option : command.options) {
      if (option.value.empty()) continue;
      cases.push_back({(&command == &root ? "*" : quoted(path)) + ":" + option.name, &option});
    }
  });
  return cases;
}

std::string value_case_lines(const Command& root) {
  std::string text;
  for (const auto& [pattern, option] : value_cases(root)) {
    const std::string kind = option->completes == Completes::kFile     ? "files"
                             : option->completes == Completes::kFolder ? "folders"
                                                                       : "words";
    text += fmt::format("    {}) kind={} offers={} ;;\n", pattern, kind, quoted(joined(option->choices)));
  }
  return text;
}

std::string path_lines(const Command& root) {
  std::string text;
  walk(root, root.name, [&](const std::string& path, const Command& command) {
    text += fmt::format("    {}) offers={} kind={} ;;\n", quoted(path), quoted(joined(words_at(root, command))),
                        takes_files(command) ? "both" : "words");
  });
  return text;
}

// Patterns of "place:word" where the word goes on to a subcommand, and where the word after it is an option's value.
std::string step_lines(const Command& root) {
  std::string text;
  walk(root, root.name, [&](const std::string& path, const Command& command) {
    for (const Command& subcommand : command.subcommands) {
      if (!subcommand.hidden)
        text += fmt::format("      {}:{}) place=\"$place $word\" ;;\n", quoted(path), subcommand.name);
    }
  });
  for (const auto& [pattern, option] : value_cases(root)) text += fmt::format("      {}) skip=1 ;;\n", pattern);
  return text;
}

// The part that bash and zsh share. Neither `path` nor `words` can be a variable's name: to zsh they are $PATH and the
// words of the line.
std::string shared_functions(const Command& root) {
  return fmt::format(
      "# Follows the words before the one being typed to the command they name: sets `place`.\n"
      "_caudal_place() {{\n  local word skip=\n  place={0}\n  shift\n  for word in \"$@\"; do\n"
      "    if [ -n \"$skip\" ]; then skip=; continue; fi\n    case \"$place:$word\" in\n{1}    esac\n  done\n}}\n\n"
      "# What may follow `place` when the word before is $1: sets `kind` and `offers`.\n"
      "_caudal_offers() {{\n  kind= offers=\n  case \"$place:$1\" in\n{2}  esac\n  [ -n \"$kind\" ] && return\n"
      "  case \"$place\" in\n{3}  esac\n}}\n\n",
      root.name, step_lines(root), value_case_lines(root), path_lines(root));
}

}  // namespace

std::string bash_completion(const Command& root) {
  return "# Completion of caudal for bash. Try it with:  source <(caudal completion bash)\n" + shared_functions(root) +
         R"(_caudal() {
  local current=$2 before=$3 place kind offers
  # bash splits --option=value into three words
  if [ "$current" = = ]; then current=; elif [ "$before" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi
  _caudal_place "${COMP_WORDS[@]:0:COMP_CWORD}"
  _caudal_offers "$before"
  COMPREPLY=()
  case "$kind" in
    words|both) mapfile -t COMPREPLY < <(compgen -W "$offers" -- "$current") ;;
  esac
  case "$kind" in
    files|both)
      compopt -o filenames
      local file
      while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$current") ;;
    folders)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
  esac
}
complete -F _caudal caudal
)";
}

std::string zsh_completion(const Command& root) {
  return "#compdef caudal\n# Completion of caudal for zsh. Try it with:  source <(caudal completion zsh)\n" +
         shared_functions(root) + R"(_caudal() {
  local place kind offers before=$words[CURRENT-1]
  _caudal_place "${(@)words[1,CURRENT-1]}"
  # --option=value is one word
  if [[ $words[CURRENT] == --*=* ]]; then
    before=${words[CURRENT]%%=*}
    compset -P '*='
  fi
  _caudal_offers "$before"
  case "$kind" in
    words|both) compadd -- ${=offers} ;;
  esac
  case "$kind" in
    files|both) _files ;;
    folders) _files -/ ;;
  esac
}
# A file of $fpath is the function itself when it is called for the first time; otherwise it has been sourced.
if [[ $funcstack[1] == _caudal ]]; then _caudal "$@"; else compdef _caudal caudal; fi
)";
}

std::string fish_completion(const Command& root) {
  std::string text =
      "# Completion of caudal for fish. Try it with:  caudal completion fish | source\n"
      "# Whether the words before the one being typed name exactly this command.\n"
      "function __caudal_at\n"
      "  set -l path caudal\n  set -l skip\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    if test -n \"$skip\"; set skip; continue; end\n"
      "    switch \"$path:$word\"\n";
  walk(root, root.name, [&](const std::string& path, const Command& command) {
    for (const Command& subcommand : command.subcommands) {
      if (subcommand.hidden) continue;
      text += fmt::format("      case {}\n        set path \"$path $word\"\n", quoted(path + ":" + subcommand.name));
    }
    for (const Option& option : command.options) {
      if (option.value.empty()) continue;
      text += fmt::format("      case {}\n        set skip 1\n",
                          quoted((&command == &root ? "*" : path) + ":" + option.name));
    }
  });
  text += "    end\n  end\n  test \"$path\" = \"$argv[1]\"\nend\n";
  walk(root, root.name, [&](const std::string& path, const Command& command) {
    const std::string at = fmt::format("complete -c caudal -n \"__caudal_at {}\"", quoted(path));
    if (!takes_files(command)) text += at + " -f\n";
    for (const Command& subcommand : command.subcommands) {
      if (!subcommand.hidden) text += fmt::format("{} -a {} -d {}\n", at, subcommand.name, quoted(subcommand.summary));
    }
    for (const Positional& positional : command.positionals) {
      if (!positional.choices.empty()) text += fmt::format("{} -a {}\n", at, quoted(joined(positional.choices)));
    }
    for (const Option& option : command.options) {
      const std::string where = &command == &root ? "complete -c caudal" : at;
      std::string takes;
      if (!option.value.empty()) takes = option.completes == Completes::kNothing ? " -x" : " -r";
      if (option.completes != Completes::kNothing) takes += " -F";
      if (!option.choices.empty()) takes += " -a " + quoted(joined(option.choices));
      text += fmt::format("{} -l {}{} -d {}\n", where, option.name.substr(2), takes, quoted(option.help));
    }
  });
  return text;
}

}  // namespace caudal::app
