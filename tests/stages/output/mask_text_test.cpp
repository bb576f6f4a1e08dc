#include "stages/output/mask_text.h"

#include <gtest/gtest.h>

#include <vector>

namespace lyn {
namespace {

/// A mask of rows of # and .
std::string run_lengths(const std::vector<std::string>& rows) {
  const std::size_t columns = rows[0].size();
  std::vector<std::uint32_t> bits((rows.size() * columns + 31) / 32);
  for (std::size_t i = 0; i < rows.size() * columns; ++i) {
    if (rows[i / columns][i % columns] == '#') bits[i / 32] |= 1U << (i % 32);
  }
  std::string text;
  append_run_lengths(text, {{}, static_cast<int>(columns), static_cast<int>(rows.size()), bits});
  return text;
}

TEST(RunLengths, GoDownTheColumnsFromAnEmptyRunOn) {
  EXPECT_EQ(run_lengths({".#",  //
                         "#.",  //
                         "#."}),
            "132");
  EXPECT_EQ(run_lengths({"#.", "#."}), "022");
  EXPECT_EQ(run_lengths({"..", ".."}), "4");
  EXPECT_EQ(run_lengths({"##", "##"}), "04");
}

/// Run lengths of a whole picture, read as the mask API reads them (maskApi.c, rleFrString), as rows of # and .
std::vector<std::string> in_picture(const Mask& mask, int width, int height) {
  std::string text;
  append_picture_run_lengths(text, mask, width, height);
  std::vector<long> counts;
  for (std::size_t at = 0; at < text.size();) {
    long value = 0;
    int shift = 0;
    for (bool more = true; more; ++at, shift += 5) {
      const long letter = text[at] - 48;
      value |= (letter & 0x1f) << shift;
      more = (letter & 0x20) != 0;
      if (!more && (letter & 0x10) != 0) value |= -1L << (shift + 5);
    }
    counts.push_back(counts.size() > 2 ? value + counts[counts.size() - 2] : value);
  }
  std::string down;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    EXPECT_TRUE(i == 0 || counts[i] > 0) << "an empty run";
    down += std::string(static_cast<std::size_t>(counts[i]), i % 2 == 0 ? '.' : '#');
  }
  EXPECT_EQ(down.size(), static_cast<std::size_t>(width * height));
  std::vector<std::string> rows(static_cast<std::size_t>(height));
  for (std::size_t i = 0; i < down.size(); ++i) rows[i % static_cast<std::size_t>(height)] += down[i];
  return rows;
}

TEST(PictureRunLengths, FillPixelsWhoseMiddleLiesInAFilledCell) {
  // Cells of two by one and a half pixels from (1, 1) on: columns 1-2 and 3-4; borders of rows 1, 2.5, 4.
  const std::uint32_t bits = 0b0110;  // (1, 0) and (0, 1)
  EXPECT_EQ(in_picture({{1, 1, 5, 4}, 2, 2, {&bits, 1}}, 6, 5), (std::vector<std::string>{"......",  //
                                                                                          "...##.",  //
                                                                                          ".##...",  //
                                                                                          ".##...",  //
                                                                                          "......"}));
}

TEST(PictureRunLengths, EndAtThePicturesEdges) {
  const std::uint32_t bits = 0b1111;
  EXPECT_EQ(in_picture({{-3, -3, 1, 3}, 2, 2, {&bits, 1}}, 2, 2), (std::vector<std::string>{"#.", "#."}));
  EXPECT_EQ(in_picture({{-3, -3, 9, 9}, 2, 2, {&bits, 1}}, 3, 2), (std::vector<std::string>{"###", "###"}));
  EXPECT_EQ(in_picture({{5, 5, 9, 9}, 2, 2, {&bits, 1}}, 3, 2), (std::vector<std::string>{"...", "..."}));
}

TEST(PictureRunLengths, OfAnEmptyMaskAreOneRun) {
  const std::uint32_t bits = 0;
  EXPECT_EQ(in_picture({{0, 0, 2, 2}, 2, 2, {&bits, 1}}, 2, 2), (std::vector<std::string>{"..", ".."}));
}

TEST(RunLengths, AreDifferencesFromTheFourthOn) {
  // 1, 2, 1, 5, 1 and 2: 5 - 2, 1 - 1, 2 - 5 = -3, which is 29 of five bits and sign.
  EXPECT_EQ(run_lengths({".##.#####.##"}), "12130M");
}

TEST(RunLengths, TakeFiveBitsALetterLowestFirst) {
  // 100 is 3 * 32 + 4: 4 with the sign that more follows, 52 + 32 = 'T', then '3'.
  EXPECT_EQ(run_lengths({std::string(100, '.') + "#"}), "T31");
  // 16 alone would read as a negative number: 16 and more, then 0.
  EXPECT_EQ(run_lengths({std::string(16, '.') + "#"}), "`01");
}

}  // namespace
}  // namespace lyn
