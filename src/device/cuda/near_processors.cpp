#include "device/cuda/near_processors.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fstream>

#include "device/cuda/driver_api.h"

namespace lyn {
namespace cuda {

std::string bus_of(int ordinal) {
  const auto& driver = driver_api();
  CUdevice device = 0;
  std::array<char, 32> text{};
  if (!driver || (*driver)->device_get(&device, ordinal) != CUDA_SUCCESS ||
      (*driver)->device_bus_id(text.data(), static_cast<int>(text.size()), device) != CUDA_SUCCESS) {
    return {};
  }
  return text.data();
}

std::vector<int> parse_processors(std::string_view text) {
  constexpr int kMost = 1 << 16;
  std::vector<int> processors;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto number = [&](int& into) {
    const auto [stop, problem] = std::from_chars(at, end, into);
    if (problem != std::errc() || into < 0 || into >= kMost) return false;
    at = stop;
    return true;
  };
  for (int first = 0; number(first);) {
    int last = first;
    if (at != end && *at == '-' && (++at, !number(last))) return processors;
    for (int i = first; i <= last; ++i) processors.push_back(i);
    if (at == end || *at != ',') break;
    ++at;
  }
  return processors;
}

std::vector<int> processors_near(const std::string& bus, const std::string& devices) {
  std::string name = bus;  // the kernel writes it in small letters
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string folder = devices + "/" + name;
  std::ifstream node(folder + "/numa_node");
  int side = -1;
  if (bus.empty() || !(node >> side) || side < 0) return {};  // -1: one side only, or the kernel was not told
  std::ifstream list(folder + "/local_cpulist");
  std::string text;
  std::getline(list, text);
  return parse_processors(text);
}

}  // namespace cuda

std::vector<int> processors_near_cuda(int ordinal, const std::string& devices) {
  return cuda::processors_near(cuda::bus_of(ordinal), devices);
}

}  // namespace lyn
