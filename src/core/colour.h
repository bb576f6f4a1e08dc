#pragma once

namespace lyn {

/// Chroma subsampling of a YUV picture; grey has no chroma planes.
enum class Chroma { yuv420, yuv422, yuv444, grey };

/// The YUV to RGB matrix (ITU-T H.273 MatrixCoefficients, the three that cameras use).
enum class Matrix { unspecified, bt601, bt709, bt2020 };
enum class Range { unspecified, limited, full };
/// Where a 4:2:0 or 4:2:2 chroma sample sits relative to the luma grid.
/// `left`: on the even luma column (MPEG-2, H.264 default); `center`: between columns (JPEG);
/// `topleft`: on the even column and row (BT.2020 / Blu-ray UHD).
enum class Siting { unspecified, left, center, topleft };

/// How samples become light. Travels with every image.
struct Colour {
  Matrix matrix = Matrix::unspecified;
  Range range = Range::unspecified;
  Siting siting = Siting::unspecified;
  bool operator==(const Colour&) const = default;
};

/// Fills what a stream left untagged: BT.709 from 720 lines up, else BT.601; limited range
/// (full for MJPEG); left siting (center for MJPEG).
Colour resolve_untagged(Colour tagged, int height, bool is_mjpeg);

}  // namespace lyn
