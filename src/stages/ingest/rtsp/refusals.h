#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace lyn::rtsp {

/// What a refusing status means to the person who set the camera up.
struct Refusal {
  SourceFault fault = SourceFault::other;
  std::string what;
  std::string remedy;
};
Refusal explain_status(int status, std::string_view method, bool udp);

/// True for a numeric multicast address.
bool is_multicast(std::string_view host);
/// A name from outside for a message: printable ASCII, and not much of it.
std::string printable(std::string_view text);

}  // namespace lyn::rtsp
