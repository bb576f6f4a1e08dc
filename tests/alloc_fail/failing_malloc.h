#pragma once

namespace lyn::failing {

/// The allocations of this whole program go through here, those of its libraries too (malloc and its kin are
/// defined by it). One of them can be made to fail, or all from one on.
/// `at`: which allocation of this thread from now on fails, counted from 1; `and_all_after`: so do all behind it.
void arm(long at, bool and_all_after);
/// No more failures. Gives how many allocations there were since arm().
long disarm();
/// Blocks that are allocated and not freed, by any thread.
long live_blocks();

}  // namespace lyn::failing
