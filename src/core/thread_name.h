#pragma once

namespace lyn {

/// Names the calling thread for debuggers and `top -H`; at most 15 characters are kept.
void name_this_thread(const char* name);

}  // namespace lyn
