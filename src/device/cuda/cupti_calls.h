#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// What the functions of the driver and the runtime API that CUPTI reports do, known by their names.
namespace lyn::cupti {

enum class CallKind : unsigned char {
  copy,           ///< may cross between host and device
  graph_launch,   ///< runs the copies inside a graph
  launch,         ///< a kernel
  host_memory,    ///< takes host memory that the device can reach
  device_memory,  ///< takes device memory
};

enum class Way : unsigned char { unknown, out, in, within };

/// How a call's parameters are laid out.
enum class Layout : unsigned char {
  opaque,
  sized,           ///< AllocationParameters
  pitched,         ///< PitchedParameters
  out,             ///< no look needed: the name says device to host
  in,              ///< host to device
  runtime_copy,    ///< RuntimeCopyParameters
  rows,            ///< a pointer to RowsCopy
  launch,          ///< LaunchParameters
  launch_config,   ///< a pointer to LaunchConfig
  runtime_launch,  ///< RuntimeLaunchParameters
  runtime_launch_config,
};

struct CallRule {
  std::string_view name;  ///< without the version: "cuMemcpyDtoH"
  CallKind kind;
  Layout layout;
};

/// The rule for a function as CUPTI names it ("cuMemcpyDtoH_v2_ptds", "cudaMalloc_v3020"); null for one
/// that neither copies across, launches, nor takes memory. An unknown copy function counts as a copy.
const CallRule* rule_of_call(std::string_view function);

/// Which way a copy call goes, as far as its parameters tell.
Way way_of(const CallRule& rule, const void* parameters);
/// How much memory a call takes; 0 when the parameters do not say.
std::uint64_t bytes_taken(const CallRule& rule, const void* parameters);
/// True when a launch goes to a default stream: null, or CU_STREAM_LEGACY (1), CU_STREAM_PER_THREAD (2).
bool on_default_stream(const CallRule& rule, const void* parameters);

}  // namespace lyn::cupti
