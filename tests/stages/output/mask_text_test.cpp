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
