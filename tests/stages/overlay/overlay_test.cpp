#include "stages/overlay/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "kernels/test_picture.h"

namespace lyn {
namespace {

using test::TestPicture;
using testing::HasSubstr;

class OverlayOnCpu : public testing::Test {
 protected:
  std::unique_ptr<Overlay> make(OverlayOptions options = {}) {
    auto made = Overlay::create(*device_, std::move(options));
    EXPECT_TRUE(made.ok()) << (made ? "" : made.error().text());
    return std::move(*made);
  }

  Image draw(Overlay& overlay, const Image& image, std::span<const OverlayItem> items) {
    auto drawn = overlay.draw(*stream_, image, items);
    EXPECT_TRUE(drawn.ok()) << (drawn ? "" : drawn.error().text());
    return *drawn;
  }

  /// Luma samples in a rectangle that differ from `value`.
  static int differing(const Image& image, int x0, int y0, int x1, int y1, int value) {
    const auto* luma = image.planes[0].data.as<std::uint8_t>().host_view();
    int count = 0;
    for (int y = y0; y < y1; ++y) {
      for (int x = x0; x < x1; ++x) count += luma[y * image.planes[0].pitch + x] != value;
    }
    return count;
  }

  TestPicture grey_picture(int width = 320, int height = 240) {
    TestPicture picture(*device_, width, height);
    picture.fill(100, 128, 128);
    return picture;
  }

  std::unique_ptr<Device> device_ = std::move(*open_cpu_device());
  std::unique_ptr<Stream> stream_ = std::move(*device_->open_stream());
};

TEST_F(OverlayOnCpu, GivesANewUprightPictureAndNeverTouchesTheDecodedOne) {
  TestPicture source(*device_, 64, 48, {}, 1);
  source.randomise(3);
  const auto before = source.all_bytes();
  const OverlayItem item{{4, 4, 40, 40}, 1, 0, "person"};
  const Image drawn = draw(*make(), source.image(), {&item, 1});
  EXPECT_EQ(drawn.width, 48);
  EXPECT_EQ(drawn.height, 64);
  EXPECT_EQ(drawn.rotation, 0);
  EXPECT_NE(drawn.planes[0].data, source.image().planes[0].data);
  EXPECT_EQ(source.all_bytes(), before);
}

TEST_F(OverlayOnCpu, CopiesThePictureWhenThereIsNothingToDraw) {
  const TestPicture picture = grey_picture();
  const Image drawn = draw(*make(), picture.image(), {});
  EXPECT_EQ(differing(drawn, 0, 0, 320, 240, 100), 0);
  EXPECT_EQ(device_->ledger().bytes(Reason::overlay), 0U);
}

TEST_F(OverlayOnCpu, OutlinesTheBoxInTheColourOfItsTrack) {
  const TestPicture picture = grey_picture();
  const OverlayItem item{{100, 100, 150, 200}, 1, 5, ""};
  const Image drawn = draw(*make(), picture.image(), {&item, 1});
  // Orange (230, 159, 0) by BT.601 limited: Y = 16 + 219 * 0.6360 = 155, U = 48, V = 171.
  EXPECT_EQ(differing(drawn, 100, 100, 150, 102, 155), 0);
  EXPECT_EQ(differing(drawn, 148, 100, 150, 200, 155), 0);
  EXPECT_EQ(differing(drawn, 102, 102, 148, 198, 100), 0);
  EXPECT_EQ(differing(drawn, 0, 0, 320, 100, 100), 0);
  const auto chroma = [&](std::size_t plane) {
    return drawn.planes[plane].data.as<std::uint8_t>().host_view()[50 * drawn.planes[plane].pitch + 60];
  };
  EXPECT_EQ(chroma(1), 48);
  EXPECT_EQ(chroma(2), 171);
}

TEST_F(OverlayOnCpu, ColoursBoxesWithoutATrackByTheirClass) {
  const TestPicture picture = grey_picture();
  const OverlayItem by_class{{100, 100, 150, 200}, 0, 3, ""};
  const OverlayItem by_track{{100, 100, 150, 200}, 4, 0, ""};
  const auto luma = [&](const OverlayItem& item) {
    const Image drawn = draw(*make(), picture.image(), {&item, 1});
    return drawn.planes[0].data.as<std::uint8_t>().host_view()[100 * drawn.planes[0].pitch + 120];
  };
  EXPECT_EQ(luma(by_class), luma(by_track));
}

TEST_F(OverlayOnCpu, WritesLabelsOfAnyLanguageAboveTheBox) {
  const TestPicture picture = grey_picture();
  for (const char* text : {"person 0.87", "Fußgänger", "πεζός", "пешеход", "人", "\xFF\xFE"}) {
    const OverlayItem blank{{100, 100, 150, 200}, 1, 0, "          "};
    const OverlayItem labelled{{100, 100, 150, 200}, 1, 0, text};
    auto overlay = make({.trails = false});
    const Image ground = draw(*overlay, picture.image(), {&blank, 1});
    const Image drawn = draw(*overlay, picture.image(), {&labelled, 1});
    const int ground_luma = ground.planes[0].data.as<std::uint8_t>().host_view()[92 * ground.planes[0].pitch + 104];
    EXPECT_NE(ground_luma, 100);
    // Letters on the ground, in its first columns, which every text covers.
    EXPECT_GT(differing(drawn, 101, 86, 106, 100, ground_luma), 3) << text;
  }
}

TEST_F(OverlayOnCpu, DrawsTheSameWithEveryPixelInsideForBoxesAnywhere) {
  const TestPicture picture = grey_picture(96, 64);
  auto overlay = make();
  for (const Box box : {Box{-50, -50, 20, 20}, Box{80, 50, 500, 500}, Box{-1e9F, -1e9F, 1e9F, 1e9F},
                        Box{200, 200, 300, 300}, Box{30, 30, 30, 30}, Box{50, 50, 10, 10}, Box{NAN, 0, 1, 1},
                        Box{0, 0, std::numeric_limits<float>::infinity(), 5}}) {
    const OverlayItem item{box, 9, 0, "a rather long label that does not fit into this picture"};
    const Image drawn = draw(*overlay, picture.image(), {&item, 1});
    EXPECT_EQ(drawn.width, 96);
  }
  EXPECT_TRUE(picture.guards_intact());
}

TEST_F(OverlayOnCpu, DrawsATrailWhereATrackHasBeen) {
  const TestPicture picture = grey_picture();
  auto overlay = make();
  Image drawn;
  for (float x = 20; x < 200; x += 10) {
    const OverlayItem item{{x, 100, x + 20, 150}, 1, 0, ""};
    drawn = draw(*overlay, picture.image(), {&item, 1});
  }
  EXPECT_GT(differing(drawn, 60, 148, 150, 153, 100), 60);
  auto without = make({.trails = false});
  for (float x = 20; x < 200; x += 10) {
    const OverlayItem item{{x, 100, x + 20, 150}, 1, 0, ""};
    drawn = draw(*without, picture.image(), {&item, 1});
  }
  EXPECT_EQ(differing(drawn, 60, 148, 150, 153, 100), 0);
}

TEST_F(OverlayOnCpu, DrawsKeypointsThatAreLikelyEnough) {
  const TestPicture picture = grey_picture();
  auto overlay = make();
  const std::array<Keypoint, 2> points{{{100, 60, 0.9F}, {200, 60, 0.2F}}};
  OverlayItem item{{20, 20, 280, 120}, 0, 0, ""};
  item.keypoints = points;
  const Image drawn = draw(*overlay, picture.image(), {&item, 1});
  EXPECT_GT(differing(drawn, 97, 57, 104, 64, 100), 8);
  EXPECT_EQ(differing(drawn, 190, 50, 210, 70, 100), 0);
  EXPECT_EQ(differing(drawn, 120, 50, 180, 70, 100), 0) << "two points are no skeleton";
}

TEST_F(OverlayOnCpu, JoinsTheSeventeenKeypointsOfAPerson) {
  const TestPicture picture = grey_picture();
  auto overlay = make();
  std::array<Keypoint, 17> points{};
  points[5] = {60, 60, 1};   // left shoulder
  points[7] = {160, 60, 1};  // left elbow
  OverlayItem item{{20, 20, 280, 120}, 0, 0, ""};
  item.keypoints = points;
  const Image drawn = draw(*overlay, picture.image(), {&item, 1});
  EXPECT_GT(differing(drawn, 70, 58, 150, 63, 100), 100);
}

TEST_F(OverlayOnCpu, TintsTheMaskOfAnObject) {
  const TestPicture picture = grey_picture();
  auto overlay = make();
  const std::array<std::uint32_t, 1> bits{0b0110};  // left top empty, right top and left bottom set
  const Mask mask{{40, 40, 240, 200}, 2, 2, bits};
  OverlayItem item{{40, 40, 236, 200}, 0, 0, ""};
  item.mask = &mask;
  const Image drawn = draw(*overlay, picture.image(), {&item, 1});
  EXPECT_EQ(differing(drawn, 50, 50, 130, 110, 100), 0);
  EXPECT_EQ(differing(drawn, 150, 50, 230, 110, 100), 80 * 60);
  EXPECT_EQ(differing(drawn, 50, 130, 130, 190, 100), 80 * 60);
  EXPECT_EQ(differing(drawn, 236, 50, 240, 110, 100), 0) << "beyond the box";
  EXPECT_EQ(differing(drawn, 150, 130, 230, 190, 100), 0);
}

TEST_F(OverlayOnCpu, DrawsThePixelsOfPairsAsThoseOfPlanes) {
  TestPicture picture(*device_, 320, 240);
  picture.randomise(8);
  const OverlayItem item{{101, 99, 151, 201}, 2, 0, "person 0.5"};
  const Image planar = draw(*make(), picture.image(), {&item, 1});
  const Image pairs = draw(*make({.layout = Layout::semi_planar}), picture.image(), {&item, 1});
  for (int y = 0; y < 120; ++y) {
    const auto* u = planar.planes[1].data.as<std::uint8_t>().host_view() + y * planar.planes[1].pitch;
    const auto* v = planar.planes[2].data.as<std::uint8_t>().host_view() + y * planar.planes[2].pitch;
    const auto* both = pairs.planes[1].data.as<std::uint8_t>().host_view() + y * pairs.planes[1].pitch;
    for (int x = 0; x < 160; ++x) {
      ASSERT_EQ(u[x], both[2 * x]);
      ASSERT_EQ(v[x], both[2 * x + 1]);
    }
  }
}

TEST_F(OverlayOnCpu, KeepsToItsBudgetHoweverManyThingsThereAre) {
  const TestPicture picture = grey_picture(1280, 720);
  std::vector<OverlayItem> items;
  for (int index = 0; index < 500; ++index) {
    const auto x = static_cast<float>(index % 40 * 30);
    const auto y = static_cast<float>(index / 40 * 50);
    items.push_back({{x, y, x + 20, y + 20}, index + 1, 0, "person 0.87"});
  }
  auto overlay = make();
  for (int frame = 1; frame <= 3; ++frame) {
    draw(*overlay, picture.image(), items);
    EXPECT_LE(device_->ledger().bytes(Reason::overlay), 8192U * static_cast<unsigned>(frame));
  }
}

TEST_F(OverlayOnCpu, AllocatesNothingOnceWarm) {
  const TestPicture picture = grey_picture();
  auto overlay = make();
  const auto frame = [&](float x) {
    const OverlayItem item{{x, 100, x + 20, 150}, 1, 0, "person 0.87"};
    draw(*overlay, picture.image(), {&item, 1});
  };
  frame(10);
  device_->pool().mark_warm();
  const auto tables = device_->ledger().bytes(Reason::tables);
  for (float x = 20; x < 200; x += 3) frame(x);
  EXPECT_EQ(device_->pool().stats().allocations_after_warmup, 0U);
  EXPECT_EQ(device_->ledger().bytes(Reason::tables), tables) << "letters are sent once";
}

TEST_F(OverlayOnCpu, BeginsItsLettersAnewWhenThePictureSizeChanges) {
  auto overlay = make();
  const OverlayItem item{{100, 100, 150, 200}, 1, 0, "person"};
  draw(*overlay, grey_picture(320, 240).image(), {&item, 1});
  const auto before = device_->ledger().bytes(Reason::tables);
  draw(*overlay, grey_picture(1920, 1080).image(), {&item, 1});
  EXPECT_GT(device_->ledger().bytes(Reason::tables), before);
}

TEST_F(OverlayOnCpu, SurvivesMoreDifferentLettersThanThereIsRoomFor) {
  const TestPicture picture = grey_picture(1920, 1080);
  auto overlay = make();
  for (unsigned first = 0x100; first < 0x600; first += 16) {
    std::string text;
    for (unsigned letter = first; letter < first + 16; ++letter) {
      text += static_cast<char>(0xC0 | (letter >> 6));
      text += static_cast<char>(0x80 | (letter & 0x3F));
    }
    const OverlayItem item{{100, 100, 150, 200}, 1, 0, text};
    draw(*overlay, picture.image(), {&item, 1});
  }
}

TEST_F(OverlayOnCpu, RefusesAFontThatIsNotThereByName) {
  const auto made = Overlay::create(*device_, {.font = "/no/such/font.ttf"});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().kind, ErrorKind::usage);
  EXPECT_THAT(made.error().what, HasSubstr("/no/such/font.ttf"));
  EXPECT_THAT(made.error().remedy, HasSubstr("TrueType"));
}

TEST_F(OverlayOnCpu, RefusesAFileThatIsNoFont) {
  const auto made = Overlay::create(*device_, {.font = "/proc/self/exe"});
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.error().what, HasSubstr("not a font"));
}

TEST_F(OverlayOnCpu, RefusesAPictureOfOneColumn) {
  const TestPicture picture(*device_, 1, 240);
  const auto drawn = make()->draw(*stream_, picture.image(), {});
  ASSERT_FALSE(drawn.ok());
  EXPECT_THAT(drawn.error().what, HasSubstr("1x240"));
}

}  // namespace
}  // namespace lyn
