// An old JSON configuration: refused with the file's name, or taken over into one that can be read, without its
// passwords in the report.
#include "config/config.h"
#include "config/migrate.h"
#include "core/secret.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using lyn::fuzz::expect;
  const std::string text(reinterpret_cast<const char*>(bytes), count);
  const auto migration = lyn::migrate_config(text, {"old.json", "../old", {"person"}});
  if (!migration) {
    expect(migration.error().kind == lyn::ErrorKind::usage, "a bad old configuration is a usage error");
    expect(migration.error().what.find(':') != std::string::npos, "an error names the file");
    return 0;
  }
  const auto config = lyn::parse_config(migration->yaml, "c.yaml");
  expect(config.ok(), "what was taken over can be read");
  expect(static_cast<int>(config->cameras.size()) == migration->cameras, "no camera is lost on the way");
  for (const lyn::MigratedKey& key : migration->keys) {
    expect(lyn::redact(key.key) == key.key && lyn::redact(key.why) == key.why, "the report holds no password");
  }
  return 0;
}
