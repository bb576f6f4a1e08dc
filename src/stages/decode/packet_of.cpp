#include "stages/decode/packet_of.h"

#include <memory>

namespace lyn {
namespace {

using Owner = std::shared_ptr<const void>;

void free_owner(void* opaque, std::uint8_t*) {
  delete static_cast<Owner*>(opaque);
}

}  // namespace

bool fill_packet(AVPacket& to, const Packet& from) {
  auto* const bytes = const_cast<std::uint8_t*>(from.bytes.data());  // AV_BUFFER_FLAG_READONLY keeps the promise
  auto owner = std::make_unique<Owner>(from.owner);
  to.buf = av_buffer_create(bytes, from.bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE, &free_owner, owner.get(),
                            AV_BUFFER_FLAG_READONLY);
  if (to.buf == nullptr) return false;
  (void)owner.release();  // free_owner() has it now
  to.data = bytes;
  to.size = static_cast<int>(from.bytes.size());
  to.pts = from.pts;
  to.dts = from.dts;
  to.duration = from.duration < 0 ? 0 : from.duration;
  to.flags = (from.key ? AV_PKT_FLAG_KEY : 0) | (from.corrupt ? AV_PKT_FLAG_CORRUPT : 0) |
             (from.duration < 0 ? AV_PKT_FLAG_DISCARD : 0);
  return true;
}

}  // namespace lyn
