#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "stages/overlay/palette.h"
#include "stages/overlay/style.h"
#include "stages/overlay/trails.h"
#include "stages/overlay/utf8.h"

namespace lyn {
namespace {

using testing::ElementsAre;

std::vector<char32_t> characters(std::string_view text) {
  std::vector<char32_t> all;
  while (!text.empty()) all.push_back(take_character(text));
  return all;
}

TEST(Utf8, ReadsOneToFourBytes) {
  EXPECT_THAT(characters("a\xC3\x9F\xE4\xBA\xBA\xF0\x9F\x9A\x97"), ElementsAre(U'a', U'ß', U'人', U'\U0001F697'));
}

TEST(Utf8, MarksWhatIsBrokenAndGoesOn) {
  EXPECT_THAT(characters("\x80z"), ElementsAre(kReplacement, U'z'));             // a lone continuation
  EXPECT_THAT(characters("\xC0\xAF"), ElementsAre(kReplacement, kReplacement));  // overlong
  EXPECT_THAT(characters("\xE4\xBA"), ElementsAre(kReplacement, kReplacement));  // cut
  EXPECT_THAT(characters("\xED\xA0\x80x").back(), U'x');                         // a surrogate
  EXPECT_THAT(characters("\xF4\x90\x80\x80").front(), kReplacement);             // above U+10FFFF
}

TEST(Palette, GivesNeighboursDifferentColours) {
  for (std::uint64_t number = 0; number < 20; ++number) {
    const Rgb one = palette_colour(number);
    const Rgb next = palette_colour(number + 1);
    EXPECT_TRUE(one.r != next.r || one.g != next.g || one.b != next.b);
  }
}

TEST(Palette, WritesBlackOnLightAndWhiteOnDark) {
  EXPECT_FALSE(prefers_white_text({240, 228, 66}));
  EXPECT_TRUE(prefers_white_text({0, 114, 178}));
  EXPECT_TRUE(prefers_white_text({0, 0, 0}));
}

// ITU-R BT.601 and BT.709, by hand.
TEST(Palette, StoresColoursByMatrixAndRange) {
  const auto stored = [](Rgb rgb, Matrix matrix, Range range) {
    const Yuv yuv = to_yuv(rgb, {matrix, range, Siting::left});
    return std::vector<int>{yuv.y, yuv.u, yuv.v};
  };
  EXPECT_THAT(stored({255, 255, 255}, Matrix::bt709, Range::limited), ElementsAre(235, 128, 128));
  EXPECT_THAT(stored({255, 255, 255}, Matrix::bt601, Range::full), ElementsAre(255, 128, 128));
  EXPECT_THAT(stored({255, 0, 0}, Matrix::bt601, Range::limited), ElementsAre(81, 90, 240));
  EXPECT_THAT(stored({255, 0, 0}, Matrix::bt709, Range::limited), ElementsAre(63, 102, 240));
  EXPECT_THAT(stored({0, 0, 255}, Matrix::bt601, Range::full), ElementsAre(29, 255, 107));
}

TEST(Style, DrawsEvenLinesThatGrowWithThePicture) {
  for (const int height : {2, 144, 432, 720, 1080, 2160, 4320}) EXPECT_EQ(style_for(height).line % 2, 0);
  EXPECT_EQ(style_for(432).line, 2);
  EXPECT_EQ(style_for(1080).line, 4);
  EXPECT_EQ(style_for(2160).line, 6);
}

std::vector<int> placed(draw::Rect box, int width, int height) {
  const draw::Rect rect = place_label(box, width, height, 2, 100, 80);
  return {rect.x0, rect.y0, rect.x1, rect.y1};
}

TEST(Label, StandsOnItsBox) {
  EXPECT_THAT(placed({10, 30, 40, 60}, 20, 8), ElementsAre(10, 22, 30, 30));
}
TEST(Label, GoesInsideABoxAtTheTop) {
  EXPECT_THAT(placed({10, 4, 40, 60}, 20, 8), ElementsAre(10, 6, 30, 14));
}
TEST(Label, GoesBelowALowBoxAtTheTop) {
  EXPECT_THAT(placed({10, 4, 40, 10}, 20, 8), ElementsAre(10, 10, 30, 18));
}
TEST(Label, ShiftsLeftAtTheRightEdge) {
  EXPECT_THAT(placed({90, 30, 98, 60}, 20, 8), ElementsAre(80, 22, 100, 30));
}
TEST(Label, IsCutToThePicture) {
  EXPECT_THAT(placed({10, 30, 40, 60}, 300, 200), ElementsAre(0, 0, 100, 80));
}

std::vector<int> columns(std::span<const TrailPoint> points) {
  std::vector<int> all;
  for (const TrailPoint point : points) all.push_back(point.x);
  return all;
}

TEST(Trails, KeepTheLastPointsOldestFirst) {
  Trails trails(3);
  std::vector<int> last;
  for (std::int16_t x = 10; x <= 40; x = static_cast<std::int16_t>(x + 10)) {
    trails.begin_frame();
    last = columns(trails.follow(1, {x, 0}, 5));
  }
  EXPECT_THAT(last, ElementsAre(20, 30, 40));
}

TEST(Trails, LeaveOutStepsThatAreTooShort) {
  Trails trails(8);
  trails.begin_frame();
  trails.follow(1, {10, 0}, 5);
  trails.begin_frame();
  EXPECT_THAT(columns(trails.follow(1, {13, 3}, 5)), ElementsAre(10));
}

TEST(Trails, ForgetATrackThatIsGoneForLong) {
  Trails trails(8);
  trails.begin_frame();
  trails.follow(1, {10, 0}, 5);
  for (std::uint64_t frame = 0; frame < Trails::kForgetAfter; ++frame) trails.begin_frame();
  EXPECT_EQ(trails.tracks(), 1U);
  trails.begin_frame();
  EXPECT_EQ(trails.tracks(), 0U);
  EXPECT_THAT(columns(trails.follow(1, {90, 0}, 5)), ElementsAre(90));
}

TEST(Trails, DropTheTrackUnseenForLongestWhenThereAreTooMany) {
  Trails trails(8, 2);
  for (const std::int64_t track : {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}}) {
    trails.begin_frame();
    trails.follow(track, {10, 0}, 5);
  }
  trails.begin_frame();
  EXPECT_THAT(columns(trails.follow(2, {20, 0}, 5)), ElementsAre(10, 20));
  EXPECT_THAT(columns(trails.follow(1, {20, 0}, 5)), ElementsAre(20));
}

}  // namespace
}  // namespace lyn
