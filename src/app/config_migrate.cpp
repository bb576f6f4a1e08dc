#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>

#include "app/assets.h"
#include "app/config_actions.h"
#include "config/migrate.h"
#include "config/read_file.h"
#include "config/yaml_tree.h"
#include "device/guarded_io.h"

namespace lyn {

namespace fs = std::filesystem;

namespace {

/// Where the old file lies, as seen from the new one; empty where both lie together.
std::string from_new_to_old(const ConfigArguments& arguments) {
  if (arguments.out.empty()) return "";
  const fs::path old_folder = fs::absolute(arguments.file).lexically_normal().parent_path();
  const fs::path new_folder = fs::absolute(arguments.out).lexically_normal().parent_path();
  if (old_folder == new_folder) return "";
  return old_folder.lexically_relative(new_folder).string();
}

Error cannot_write(const std::string& path, int error) {
  return {ErrorKind::output, fmt::format("{}: cannot be written: {}", path, std::generic_category().message(error)),
          "name another place with --out"};
}

/// For its owner alone: the sources' passwords are in it. Never over a file that is there.
Status write_new(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno == EEXIST) {
    return Error{ErrorKind::usage, path + " is there already", "name another file with --out, or remove it"};
  }
  if (file < 0) return cannot_write(path, errno);
  const Status written = write_all(file, std::as_bytes(std::span(text)), path);
  const int closed = ::close(file);
  return written && closed != 0 ? Status(cannot_write(path, errno)) : written;
}

void print_table(const Migration& migration) {
  std::size_t widest = 0;
  for (const MigratedKey& key : migration.keys) widest = std::max(widest, key.key.size());
  for (const MigratedKey& key : migration.keys) {
    const std::string_view gap = key.now.empty() || key.why.empty() ? "" : ": ";
    std::cerr << fmt::format("{:<{}}  {:<7}  {}{}{}\n", key.key, widest, name_of(key.fate), key.now, gap, key.why);
  }
  std::cerr << fmt::format("{} cameras, {} keys\n", migration.cameras, migration.keys.size());
}

void print_json(const ConfigArguments& arguments, const Migration& migration) {
  nlohmann::ordered_json keys = nlohmann::ordered_json::array();
  for (const MigratedKey& key : migration.keys) {
    keys.push_back({{"key", key.key}, {"fate", name_of(key.fate)}, {"now", key.now}, {"why", key.why}});
  }
  const nlohmann::ordered_json report{
      {"v", 1}, {"from", arguments.file}, {"to", arguments.out}, {"cameras", migration.cameras}, {"keys", keys}};
  std::cout << report.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

}  // namespace

Status migrate_configuration(const ConfigArguments& arguments) {
  if (arguments.json && arguments.out.empty()) {
    return Error{ErrorKind::usage, "--json puts the report where the configuration would go",
                 "name a file for the configuration with --out"};
  }
  LYN_TRY(const std::string old, config::read_file(arguments.file, config::kMostYamlBytes));
  LYN_TRY(const Migration migration, migrate_config(old, {arguments.file, from_new_to_old(arguments), coco_names()}));
  if (arguments.out.empty()) {
    std::cout << migration.yaml;
  } else {
    LYN_CHECK(write_new(arguments.out, migration.yaml));
  }
  if (arguments.json)
    print_json(arguments, migration);
  else
    print_table(migration);
  return {};
}

}  // namespace lyn
