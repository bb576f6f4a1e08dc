#include <cstdio>
#include <iostream>

#include "app/commands.h"
#include "config/config.h"

namespace lyn {

int config_command(const ConfigArguments& arguments) {
  if (arguments.action == ConfigArguments::Action::schema) {
    std::cout << config_schema();
    return 0;
  }
  const auto config = load_config(arguments.file);
  if (!config) {
    // The lines have a fixed form that editors read: nothing in front of them.
    std::cerr << config.error().what << '\n';
    return exit_code(config.error().kind);
  }
  if (arguments.action == ConfigArguments::Action::show) {
    std::cout << show_config(*config);
  } else {
    std::cout << arguments.file << ": good, " << config->cameras.size() << " cameras\n";
  }
  return 0;
}

}  // namespace lyn
