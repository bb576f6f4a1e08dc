#pragma once

#include <cstddef>
#include <cstdint>

namespace cusim {

/// Device memory is memory of the host, mapped twice, as the residency trap of `cpu` has it: an address that the API
/// gives out can be read by nobody, kernels and copies find the bytes at device_view(). Addresses are never used
/// twice, and what is not mapped faults in both views.
inline constexpr std::size_t kGranule = 2U << 20U;

/// Addresses without memory; 0 when there are none.
std::uint64_t reserve(std::size_t bytes);
/// Memory of no particular bytes under reserved addresses, of GPU `gpu`; and away again.
bool back(std::uint64_t address, std::size_t bytes, int gpu);
void unback(std::uint64_t address);
/// Whether all these bytes are memory of `gpu`.
bool is_memory(std::uint64_t address, std::size_t bytes, int gpu);
/// Where the bytes of device memory are. Host memory is where it is.
std::byte* device_view(std::uint64_t address);
void forget_memory();

}  // namespace cusim
