#include "engine/intake/reader.h"

#include <gtest/gtest.h>

#include "engine/samples.h"

namespace lyn {
namespace {

using std::chrono::milliseconds;

ReaderOptions paced_sample() {
  ReaderOptions options;
  options.uri = sample_path("samples/car-detection.mp4");
  options.realtime = true;
  return options;
}

template <class Event>
Event next(LaneInbox& inbox) {
  auto event = inbox.pop(true);
  EXPECT_TRUE(event && std::holds_alternative<Event>(*event));
  return event && std::holds_alternative<Event>(*event) ? std::get<Event>(std::move(*event)) : Event{};
}

TEST(Reader, GivesTheFirstPacketBeforeItsClockStartsAndThePacketsAfterItByTheClock) {
  const auto shared = std::make_shared<LaneInbox>(8);
  LaneInbox& inbox = *shared;
  Reader reader(paced_sample(), shared, system_clock());
  reader.start();
  const Rational time_base = next<SourceOpened>(inbox).stream.time_base;
  const PacketArrived first = next<PacketArrived>(inbox);
  const auto started = system_clock().now();
  reader.start_clock();
  const PacketArrived second = next<PacketArrived>(inbox);
  const double due = MediaTime{second.packet.dts - first.packet.dts, time_base}.seconds();
  EXPECT_GT(due, 0.0);
  EXPECT_GE(std::chrono::duration<double>(second.arrival - started).count(), due);
}

TEST(Reader, CanBeStoppedWhileItsClockStands) {
  const auto shared = std::make_shared<LaneInbox>(8);
  LaneInbox& inbox = *shared;
  Reader reader(paced_sample(), shared, system_clock());
  reader.start();
  next<SourceOpened>(inbox);
  next<PacketArrived>(inbox);
  reader.stop();
  reader.join();
}

}  // namespace
}  // namespace lyn
