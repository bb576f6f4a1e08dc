#pragma once

#include <functional>
#include <string>
#include <vector>

#include "stages/ingest/rtsp/event_loop.h"

namespace lyn::rtsp {

/// The numeric addresses of `host`, empty when there are none; `done` is called on the loop's thread.
/// Numeric hosts are answered without asking anybody.
///
/// The system's resolver blocks, for half a minute at worst, and cannot be ended: each name is looked up on
/// a thread of its own that nobody waits for. Who asks for a name that is being looked up shares the answer,
/// so that there are never more threads than names.
void look_up(EventLoop& loop, const std::string& host, std::function<void(std::vector<std::string>)> done);

}  // namespace lyn::rtsp
