#include "engine/devices/placement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lyn {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kMiB = 1 << 20;

std::vector<PlacementDevice> gpus(std::size_t count) {
  std::vector<PlacementDevice> devices;
  for (std::size_t i = 0; i < count; ++i) devices.push_back({"cuda:" + std::to_string(i), true, {1, 1, 1000 * kMiB}});
  return devices;
}

PlacementCamera camera(std::string id, double decode, std::size_t devices = 2) {
  return {std::move(id), std::vector<DeviceLoad>(devices, {decode, 0.01, 10 * kMiB}), {}, {}};
}

std::vector<PlacementCamera> cameras(std::size_t count, double decode, std::size_t devices = 2) {
  std::vector<PlacementCamera> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(camera("c" + std::to_string(i), decode, devices));
  return made;
}

std::vector<std::size_t> counts(const std::vector<CameraPlace>& places, std::size_t devices) {
  std::vector<std::size_t> count(devices, 0);
  for (const CameraPlace& place : places) {
    if (place) ++count[*place];
  }
  return count;
}

void settle(std::vector<PlacementCamera>& cameras, const std::vector<CameraPlace>& places) {
  for (std::size_t i = 0; i < cameras.size(); ++i) cameras[i].current = *places[i];
}

TEST(Placement, SpreadsEqualCamerasEvenly) {
  EXPECT_THAT(counts(place_cameras(cameras(10, 0.1), gpus(2)), 2), testing::ElementsAre(5, 5));
  EXPECT_THAT(counts(place_cameras(cameras(16, 0.1, 8), gpus(8)), 8), testing::Each(2));
}

TEST(Placement, BalancesByCostAndNotByNumber) {
  const std::vector<PlacementCamera> mixed{camera("small1", 0.1), camera("small2", 0.1), camera("large", 0.6),
                                           camera("small3", 0.1), camera("small4", 0.1)};
  const auto places = place_cameras(mixed, gpus(2));
  for (const std::size_t small : {0U, 1U, 3U, 4U}) EXPECT_NE(*places[small], *places[2]);
}

TEST(Placement, MovesNoneWhenOneIsAdded) {
  auto placed = cameras(7, 0.1);
  settle(placed, place_cameras(placed, gpus(2)));
  auto more = placed;
  more.insert(more.begin(), camera("new", 0.5));
  const auto places = place_cameras(more, gpus(2));
  for (std::size_t i = 0; i < placed.size(); ++i) EXPECT_EQ(*places[i + 1], *placed[i].current);
  EXPECT_EQ(counts(places, 2)[*places[0]], 4U) << "the new one goes where three ran";
}

TEST(Placement, MovesOnlyTheCamerasOfADeviceThatLeaves) {
  auto placed = cameras(9, 0.1, 3);
  settle(placed, place_cameras(placed, gpus(3)));
  auto devices = gpus(3);
  devices[1].usable = false;
  const auto places = place_cameras(placed, devices);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    EXPECT_NE(*places[i], 1U);
    if (*placed[i].current == 1) continue;
    EXPECT_EQ(*places[i], *placed[i].current);
  }
}

TEST(Placement, PutsAPinnedCameraWhereTheUserSaysOrNowhere) {
  auto pinned = cameras(3, 0.1);
  pinned[0].pinned = pinned[1].pinned = pinned[2].pinned = 1;
  EXPECT_THAT(counts(place_cameras(pinned, gpus(2)), 2), testing::ElementsAre(0, 3));
  auto devices = gpus(2);
  devices[1].usable = false;
  const auto places = place_cameras(pinned, devices);
  ASSERT_FALSE(places[0]);
  EXPECT_THAT(places[0].error().what, HasSubstr("cuda:1 cannot be used now"));
}

TEST(Placement, RefusesWithTheArithmeticAndKeepsWhatRuns) {
  auto placed = cameras(2, 0.8);
  settle(placed, place_cameras(placed, gpus(2)));
  placed.insert(placed.begin(), camera("late", 0.25));
  const auto places = place_cameras(placed, gpus(2));
  ASSERT_FALSE(places[0]);
  EXPECT_EQ(places[0].error().kind, ErrorKind::device);
  EXPECT_THAT(places[0].error().what, HasSubstr("camera late has no room"));
  EXPECT_THAT(places[0].error().what,
              HasSubstr("it takes 25.0 % of the decoder, 1.0 % of the model's time, 10 MiB of cuda:0, "
                        "where 20.0 % of the decoder, 99.0 % of the model's time, 990 MiB is left"));
  EXPECT_TRUE(places[1]);
  EXPECT_TRUE(places[2]);
}

TEST(Placement, CountsMemoryAndModelTimeToo) {
  auto hungry = cameras(2, 0.0);
  for (auto& one : hungry) one.cost.assign(2, {0, 0, 600 * kMiB});
  EXPECT_THAT(counts(place_cameras(hungry, gpus(2)), 2), testing::ElementsAre(1, 1));
  for (auto& one : hungry) one.cost.assign(2, {0, 0.7, 0});
  EXPECT_THAT(counts(place_cameras(hungry, gpus(2)), 2), testing::ElementsAre(1, 1));
}

TEST(Placement, PrefersTheFasterOfUnequalDevices) {
  auto one = cameras(1, 0.0);
  one[0].cost = {{0.4, 0, 0}, {0.1, 0, 0}};
  EXPECT_EQ(*place_cameras(one, gpus(2))[0], 1U);
}

TEST(Placement, ServesACameraThatLostItsDeviceBeforeANewOne) {
  std::vector<PlacementCamera> two{camera("new", 0.9), camera("old", 0.5)};
  two[1].current = 0;
  auto devices = gpus(2);
  devices[0].usable = false;
  const auto places = place_cameras(two, devices);
  EXPECT_FALSE(places[0]);
  ASSERT_TRUE(places[1]);
  EXPECT_EQ(*places[1], 1U);
}

}  // namespace
}  // namespace lyn
