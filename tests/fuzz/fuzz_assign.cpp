// `--set KEY=VALUE` on a configuration of two cameras: taken or refused, and refused without a trace.
#include "config/config.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using lyn::fuzz::expect;
  static const lyn::Config base = *lyn::parse_config(
      "version: 1\ncameras:\n  - {id: a, source: a.mp4}\n  - {id: b, source: b.mp4, detector: {score: 0.5}}\n",
      "c.yaml");
  lyn::Config config = base;
  const auto status = lyn::set_config_value(config, std::string(reinterpret_cast<const char*>(bytes), count));
  if (status) return 0;
  expect(status.error().kind == lyn::ErrorKind::usage, "a bad assignment is a usage error");
  expect(config == base, "a refused assignment changes nothing");
  return 0;
}
