#include "config/state_home.h"

#include <cstdlib>

namespace lyn {
namespace {

/// What the XDG specification says of its variables: a path that is not absolute counts as none.
std::string absolute_path_in(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && value[0] == '/' ? value : "";
}

}  // namespace

std::string state_home(const Config& config) {
  if (!config.state_dir.empty()) return config.state_dir;
  // systemd lists several, by colons; the first is the service's own.
  const std::string service = absolute_path_in("STATE_DIRECTORY");
  if (!service.empty()) return service.substr(0, service.find(':'));
  if (const std::string state = absolute_path_in("XDG_STATE_HOME"); !state.empty()) return state + "/lynceus";
  if (const std::string home = absolute_path_in("HOME"); !home.empty()) return home + "/.local/state/lynceus";
  return "/var/lib/lynceus";
}

}  // namespace lyn
