#include "core/colour.h"

#include <gtest/gtest.h>

namespace lyn {
namespace {

TEST(MatrixOfCode, ReadsTheTableOfH273) {
  EXPECT_EQ(matrix_of_code(1), Matrix::bt709);
  EXPECT_EQ(matrix_of_code(5), Matrix::bt601);
  EXPECT_EQ(matrix_of_code(6), Matrix::bt601);
  EXPECT_EQ(matrix_of_code(9), Matrix::bt2020);
  EXPECT_EQ(matrix_of_code(10), Matrix::bt2020);
}

TEST(MatrixOfCode, LeavesOthersUnspecified) {
  // 0: GBR, 2: unspecified, 4: FCC, 7: SMPTE 240M, 8: YCgCo, 14: ICtCp.
  for (const unsigned code : {0U, 2U, 3U, 4U, 7U, 8U, 11U, 14U, 255U}) {
    EXPECT_EQ(matrix_of_code(code), Matrix::unspecified) << code;
  }
}

}  // namespace
}  // namespace lyn
