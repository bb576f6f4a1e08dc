#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cusim {

/// Which call is to fail, and with what: of those that match, the `at`-th from 1.
struct Failure {
  int code = 0;          ///< CUresult; 0: none
  std::string function;  ///< "cuMemCreate"; empty: any
  int gpu = -1;          ///< -1: any
  std::uint64_t at = 0;
};

/// What CUSIM says: "devices=2,memory_mb=512,throttle=64,fail=214:cuvidMapVideoFrame64@9#1".
struct Settings {
  int devices = 1;
  std::uint64_t memory_mb = 8192;   ///< of each
  int decoders = 1;                 ///< of each
  unsigned decoders_busy = 0;       ///< percent, as NVML has it
  unsigned long long throttle = 0;  ///< nvmlClocksThrottleReasons, of each
  Failure failure;
};

/// Ends the process with a sentence where the text is none of that: a test that misspells proves nothing.
Settings parse_settings(std::string_view text);

}  // namespace cusim
