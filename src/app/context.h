// SPDX-License-Identifier: Apache-2.0
// All that a command is given: its streams, the terminal, the clock, the settings, and the request to stop.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string_view>

#include "app/access_desk.h"
#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/output/sink.h"
#include "app/output/table_writer.h"
#include "app/terminal/environment.h"
#include "app/terminal/teller.h"
#include "app/terminal/terminal.h"
#include "app/wiring.h"
#include "base/clock.h"
#include "base/config.h"

namespace caudal::app {

// What a process, or a test, brings along. Outlives the Context.
struct Surroundings {
  Sink& output;
  Sink& error;
  Terminal terminal;
  Environment environment;
  Clock& clock;
  std::stop_token stop;
  // Sets what SIGHUP does (see Interrupt::on_hangup). Empty where there are no signals.
  std::function<void(std::function<void()>)> on_hangup = {};
};

// For one call of one command, on the main thread.
class Context {
 public:
  Context(const Surroundings& surroundings, const Command& root, const Arguments& arguments)
      : surroundings_(surroundings),
        root_(root),
        arguments_(arguments),
        teller_(surroundings.error, surroundings.terminal, surroundings.clock) {}

  Sink& output() { return surroundings_.output; }
  const Terminal& terminal() const { return surroundings_.terminal; }
  const Environment& environment() const { return surroundings_.environment; }
  Clock& clock() { return surroundings_.clock; }
  std::stop_token stop() const { return surroundings_.stop; }
  void on_hangup(std::function<void()> reload) const {
    if (surroundings_.on_hangup) surroundings_.on_hangup(std::move(reload));
  }
  const Command& root() const { return root_; }
  const Arguments& arguments() const { return arguments_; }

  // Read on first use, so that commands that need no settings work whatever is in the file.
  Result<const Config*> config();
  Result<std::filesystem::path> data_directory();

  // The rooms on the data directory, opened on first use.
  Result<Platform*> platform();
  Result<objects::Store*> objects();
  // Tells of a root key that was just made, once.
  Result<access::Identities*> identities();
  // In the data directory, or of a server that has it open, which is then told.
  Result<AccessDesk*> access();
  // Where items.endpoint says, or in the data directory; of a server that has it open, which is then told.
  Result<items::Store*> items();
  Result<catalog::Catalog*> catalog();
  Result<queries::Engine*> queries();
  Result<runs::RunStore*> runs();

  // Standard error: thread-safe, unlike the rest of the Context.
  Teller& teller() { return teller_; }
  void say(std::string_view line) { teller_.say(line); }

  // Opens the writer that --output and --file (see table_options) ask for, has `rows` write into it, and finishes it.
  Result<void> table(std::vector<Column> columns, const std::function<Result<void>(TableWriter&)>& rows);
  // Whether --output, or the setting, asks for something that a person reads.
  Result<bool> for_people();

 private:
  Result<Format> format();
  // Where the server is that has the data directory open, when `error` says that somebody has; else the error.
  Result<std::string> server_instead_of(const Error& error);
  void tell_who_is_asked(const std::string& url);

  const Surroundings& surroundings_;
  const Command& root_;
  const Arguments& arguments_;
  Teller teller_;
  std::optional<Config> config_;
  std::unique_ptr<Platform> platform_;
  std::unique_ptr<AccessDesk> access_;
  std::unique_ptr<items::Store> items_elsewhere_;
};

// The options of every command that prints a table: --output and --file. Followed by `own`.
std::vector<Option> table_options(std::vector<Option> own = {});

}  // namespace caudal::app
