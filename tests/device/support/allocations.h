#pragma once

#include <cstdint>

namespace lyn::test {

/// How often this thread has called operator new so far.
std::uint64_t host_allocations();

}  // namespace lyn::test
