#include "stages/output/mask_text.h"

#include <array>
#include <cstdint>

namespace lyn {
namespace {

/// The mask API's own way to write a signed number: a sixth bit says that more follows, 48 makes it text.
void append_number(std::string& text, std::int64_t value) {
  for (bool more = true; more;) {
    const auto group = static_cast<unsigned>(value & 0x1f);
    value >>= 5;
    more = (group & 0x10U) != 0 ? value != -1 : value != 0;
    text += static_cast<char>((group | (more ? 0x20U : 0U)) + 48U);
  }
}

/// Takes the lengths of runs, one after the other.
class Runs {
 public:
  explicit Runs(std::string& text) : text_(text) {}
  void append(std::int64_t length) {
    append_number(text_, number_ > 2 ? length - before_[0] : length);
    before_ = {before_[1], length};
    ++number_;
  }

 private:
  std::string& text_;
  std::array<std::int64_t, 2> before_{};
  int number_ = 0;
};

}  // namespace

void append_run_lengths(std::string& text, const Mask& mask) {
  Runs runs(text);
  bool filled = false;
  std::int64_t length = 0;
  for (int column = 0; column < mask.columns; ++column) {
    for (int row = 0; row < mask.rows; ++row, ++length) {
      if (mask.at(column, row) == filled) continue;
      runs.append(length);
      filled = !filled;
      length = 0;
    }
  }
  runs.append(length);
}

}  // namespace lyn
