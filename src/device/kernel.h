#pragma once

#include <cstddef>

namespace lyn {

/// How many work items a launch covers, in three dimensions.
struct Grid {
  unsigned x = 1;
  unsigned y = 1;
  unsigned z = 1;
};

/// One kernel in its two forms. `args` is a trivially copyable struct of the kernel's own, passed by
/// value; it holds Address<> fields, sizes and constants, and at most 4,096 bytes.
/// `host` runs the whole grid before it returns. On `cuda`, `name` is the extern "C" symbol in the
/// fat binary, launched with `block` threads and enough blocks to cover the grid.
struct Kernel {
  const char* name;
  void (*host)(const void* args, Grid grid);
  Grid block;
};

}  // namespace lyn
