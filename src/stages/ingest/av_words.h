#pragma once

#include <string>

namespace lyn {

/// FFmpeg's own sentence for an error code.
std::string av_words(int code);

/// Sends FFmpeg's log lines of all its libraries to ours, at level debug: what matters to an
/// operator is said once, by us, with a remedy. Safe to call often.
void route_av_log();

}  // namespace lyn
