// Boxes as a model may give them, not-a-number among them, at any times: tracks stay finite and their ids rise.
#include <bit>
#include <cmath>

#include "fuzz/fuzz.h"
#include "stages/track/byte_tracker.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using namespace lyn;
  fuzz::Bytes input(bytes, count);
  ByteTracker tracker;
  std::vector<Detection> detections;
  double seconds = 0;
  while (!input.empty()) {
    const std::uint8_t head = input.byte();
    detections.clear();
    for (int i = 0; i < head % 8; ++i) {
      const auto real = [&] {
        return (head & 64) != 0 ? std::bit_cast<float>(input.number<std::uint32_t>())
                                : static_cast<float>(input.number<std::uint16_t>()) / 16;
      };
      Detection one;
      one.box = {real(), real(), real(), real()};
      one.class_id = input.byte() % 3;
      one.score = static_cast<float>(input.byte()) / 255;
      detections.push_back(one);
    }
    seconds += (head & 128) != 0 ? std::bit_cast<double>(input.number<std::uint64_t>()) : 0.04;
    for (const Track& track : tracker.update(detections, seconds)) {
      fuzz::expect(track.detection < static_cast<int>(detections.size()), "a track names a detection that is there");
      fuzz::expect(track.id >= 0, "ids do not run over");
    }
    if (head == 63) tracker.reset();
  }
  return 0;
}
