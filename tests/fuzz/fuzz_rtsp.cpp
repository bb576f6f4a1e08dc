// What a camera says: its first byte chooses the parser that the rest goes to.
#include "fuzz/fuzz.h"
#include "stages/ingest/rtsp/feed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using namespace lyn::rtsp;
  constexpr void (*kFeeds[])(std::span<const std::uint8_t>) = {&feed_stream, &feed_description, &feed_dialogue,
                                                               &feed_media, &feed_parameter_set};
  lyn::fuzz::Bytes input(bytes, count);
  const std::uint8_t which = input.byte();
  kFeeds[which % 5](input.rest());
  return 0;
}
