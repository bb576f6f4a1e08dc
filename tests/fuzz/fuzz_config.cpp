// A configuration file: refused with a place in it, or read; then what `config show` prints reads as the same.
#include "config/config.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using lyn::fuzz::expect;
  const std::string text(reinterpret_cast<const char*>(bytes), count);
  const auto config = lyn::parse_config(text, "c.yaml");
  if (!config) {
    expect(config.error().kind == lyn::ErrorKind::usage, "a bad configuration is a usage error");
    expect(config.error().what.starts_with("c.yaml:"), "an error names the file");
    return 0;
  }
  const auto again = lyn::parse_config(lyn::show_config(*config), "c.yaml");
  expect(again.ok(), "what is shown can be read");
  expect(lyn::show_config(*again) == lyn::show_config(*config), "what is shown reads as the same");
  return 0;
}
