#include "kernels/colour_matrix.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lyn {
namespace {

struct Case {
  const char* name;
  Matrix matrix;
  Range range;
  int bit_depth;
  int y, u, v;
  int red, green, blue;
};

/// Colour bars and ends of the scale, as the recommendations and their common tables give them.
const Case kCases[] = {
    {"black", Matrix::bt601, Range::limited, 8, 16, 128, 128, 0, 0, 0},
    {"white", Matrix::bt601, Range::limited, 8, 235, 128, 128, 255, 255, 255},
    {"below black", Matrix::bt601, Range::limited, 8, 0, 128, 128, 0, 0, 0},
    {"above white", Matrix::bt709, Range::limited, 8, 255, 128, 128, 255, 255, 255},
    {"middle grey", Matrix::bt709, Range::limited, 8, 126, 128, 128, 128, 128, 128},
    {"601 red", Matrix::bt601, Range::limited, 8, 81, 90, 240, 254, 0, 0},
    {"601 green", Matrix::bt601, Range::limited, 8, 145, 54, 34, 0, 255, 1},
    {"601 blue", Matrix::bt601, Range::limited, 8, 41, 240, 110, 0, 0, 255},
    {"709 red", Matrix::bt709, Range::limited, 8, 63, 102, 240, 255, 1, 0},
    {"709 blue", Matrix::bt709, Range::limited, 8, 32, 240, 118, 1, 0, 255},
    {"full black", Matrix::bt601, Range::full, 8, 0, 128, 128, 0, 0, 0},
    {"full white", Matrix::bt601, Range::full, 8, 255, 128, 128, 255, 255, 255},
    {"full red (JPEG)", Matrix::bt601, Range::full, 8, 76, 85, 255, 254, 0, 0},
    {"10-bit black", Matrix::bt2020, Range::limited, 10, 64, 512, 512, 0, 0, 0},
    {"10-bit white", Matrix::bt2020, Range::limited, 10, 940, 512, 512, 255, 255, 255},
    {"10-bit full white", Matrix::bt709, Range::full, 10, 1023, 512, 512, 255, 255, 255},
    {"12-bit full half", Matrix::bt709, Range::full, 12, 2048, 2048, 2048, 128, 128, 128},
};

TEST(ColourMatrix, agrees_with_the_colours_of_the_recommendations) {
  for (const Case& c : kCases) {
    const int up = 6 - (c.bit_depth - 8);
    const Rgb rgb = to_rgb(make_colour_matrix(c.matrix, c.range, c.bit_depth), c.y << up, c.u << up, c.v << up);
    EXPECT_EQ(rgb.red, c.red) << c.name;
    EXPECT_EQ(rgb.green, c.green) << c.name;
    EXPECT_EQ(rgb.blue, c.blue) << c.name;
  }
}

/// The textbook: normalised Y', Cb, Cr and the inverse of their definition, in double.
struct Colour3 {
  double red, green, blue;
};
Colour3 textbook(double kr, double kb, bool full, double y, double u, double v) {
  const double luma = full ? y / 255 : (y - 16) / 219;
  const double cb = (u - 128) / (full ? 255 : 224);
  const double cr = (v - 128) / (full ? 255 : 224);
  const double red = luma + 2 * (1 - kr) * cr;
  const double blue = luma + 2 * (1 - kb) * cb;
  const double green = (luma - kr * red - kb * blue) / (1 - kr - kb);
  return {red * 255, green * 255, blue * 255};
}

double held(double value) {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

TEST(ColourMatrix, is_within_rounding_of_the_definition_everywhere) {
  const struct {
    Matrix matrix;
    double kr, kb;
  } matrices[] = {{Matrix::bt601, 0.299, 0.114}, {Matrix::bt709, 0.2126, 0.0722}, {Matrix::bt2020, 0.2627, 0.0593}};
  double worst = 0;
  for (const auto& m : matrices) {
    for (const Range range : {Range::limited, Range::full}) {
      const ColourMatrix fixed = make_colour_matrix(m.matrix, range, 8);
      for (int y = 0; y < 256; y += 5) {
        for (int u = 0; u < 256; u += 5) {
          for (int v = 0; v < 256; v += 5) {
            const Rgb got = to_rgb(fixed, y << 6, u << 6, v << 6);
            const Colour3 want = textbook(m.kr, m.kb, range == Range::full, y, u, v);
            worst = std::max({worst, std::abs(got.red - held(want.red)), std::abs(got.green - held(want.green)),
                              std::abs(got.blue - held(want.blue))});
          }
        }
      }
    }
  }
  // Half a step of rounding, and coefficients that are off by 2^-15 at most.
  EXPECT_LE(worst, 0.52);
}

TEST(ColourMatrix, does_not_overflow_at_the_ends_of_the_scale) {
  constexpr int kTop = (1 << 14) - 1;
  for (const Matrix matrix : {Matrix::bt601, Matrix::bt709, Matrix::bt2020}) {
    const ColourMatrix m = make_colour_matrix(matrix, Range::limited, 12);
    EXPECT_EQ(to_rgb(m, kTop, kTop, kTop).red, 255);
    EXPECT_EQ(to_rgb(m, kTop, kTop, kTop).blue, 255);
    EXPECT_EQ(to_rgb(m, 0, 0, 0).red, 0);
    EXPECT_EQ(to_rgb(m, 0, kTop, kTop).green, 0);
    EXPECT_EQ(to_rgb(m, kTop, 0, 0).green, 255);
  }
}

}  // namespace
}  // namespace lyn
