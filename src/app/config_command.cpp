#include <cstdio>
#include <iostream>

#include "app/commands.h"
#include "app/config_actions.h"
#include "config/config.h"

namespace lyn {

namespace {

/// Lines about a file have a fixed form that editors read: nothing in front of them.
int refuse(const Error& error) {
  if (!error.remedy.empty()) return report(error);
  std::cerr << error.what << '\n';
  return exit_code(error.kind);
}

}  // namespace

int config_command(const ConfigArguments& arguments) {
  if (arguments.action == ConfigArguments::Action::schema) {
    std::cout << config_schema();
    return 0;
  }
  if (arguments.action == ConfigArguments::Action::migrate) {
    const Status migrated = migrate_configuration(arguments);
    return migrated ? 0 : refuse(migrated.error());
  }
  const auto config = load_config(arguments.file);
  if (!config) return refuse(config.error());
  if (arguments.action == ConfigArguments::Action::show) {
    std::cout << show_config(*config);
  } else {
    std::cout << arguments.file << ": good, " << config->cameras.size() << " cameras\n";
  }
  return 0;
}

}  // namespace lyn
