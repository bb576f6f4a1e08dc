#pragma once

#include <new>

#include "core/result.h"

namespace lyn {

/// What memory that ran out becomes: its words are short enough to need none.
inline Error out_of_memory(ErrorKind kind) {
  return {kind, "out of memory", "free memory"};
}

/// Gives what `work()` gives, a Result; an error of `kind` where memory runs out in it. What it had made is gone by
/// then.
template <class Work>
auto or_out_of_memory(ErrorKind kind, Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return out_of_memory(kind);
  }
}

/// The same for functions that C libraries call, through which no exception may pass: `code` where memory runs out.
template <class Code, class Work>
Code code_or_out_of_memory(Code code, Work&& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return code;
  }
}

}  // namespace lyn
