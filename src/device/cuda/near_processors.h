#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lyn {

/// The processors on the side of the machine (NUMA node) where GPU `ordinal` is plugged in, as the kernel says below
/// `devices`; empty where it does not say, or where the machine has one side only.
std::vector<int> processors_near_cuda(int ordinal, const std::string& devices = "/sys/bus/pci/devices");

namespace cuda {

/// "0000:3b:00.0": where GPU `ordinal` is plugged in, which other libraries and the kernel know it by; empty where the
/// driver does not say. CUDA, NVML and the kernel count GPUs in different orders.
std::string bus_of(int ordinal);

/// The kernel's form of a set of processors, "0-3,8,10-11"; what is not of that form ends it.
std::vector<int> parse_processors(std::string_view text);

/// The processors that `devices` says are near the device at `bus`.
std::vector<int> processors_near(const std::string& bus, const std::string& devices);

}  // namespace cuda
}  // namespace lyn
