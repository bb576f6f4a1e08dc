#pragma once

namespace lyn {

/// Names the calling thread for debuggers and `top -H`; at most 15 characters are kept.
void name_this_thread(const char* name);

/// Lets others go first where processors are short: the calling thread gets half the share of a thread that did not
/// call this (three steps of nice(2), which on Linux is a thread's own). Nothing where the system forbids it.
void let_others_go_first();

}  // namespace lyn
