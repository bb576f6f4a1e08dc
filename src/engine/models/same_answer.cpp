#include "engine/models/same_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace lyn {

namespace {

constexpr float kAway = 0.02F;     ///< of a score, whatever it is
constexpr float kAwayOfIt = 0.1F;  ///< and this share of it
constexpr float kOverlap = 0.9F;   ///< IoU

template <class T>
std::vector<T> best(std::span<const T> all) {
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), Answer::kKept))};
}

/// False too where one of them is not a number.
bool near(float before, float now) {
  return std::abs(now - before) <= kAway + kAwayOfIt * before;
}

float area(const Box& box) {
  return std::max(0.0F, box.width()) * std::max(0.0F, box.height());
}

/// A box without area is the same as one at its place only.
bool covers(const Box& before, const Box& now) {
  if (before == now) return true;
  const Box both{std::max(before.x1, now.x1), std::max(before.y1, now.y1), std::min(before.x2, now.x2),
                 std::min(before.y2, now.y2)};
  const float shared = area(both);
  return shared >= kOverlap * (area(before) + area(now) - shared) && shared > 0;
}

template <class T>
float best_score(std::span<const T> all) {
  return all.empty() ? 0.0F : all.front().score;
}

std::string missing(const char* what, int class_id, float score) {
  return fmt::format("{} of class {} and score {:.3f} is not there any more", what, class_id, score);
}

}  // namespace

Answer Answer::of(const Findings& found) {
  return {best(found.boxes), best(found.classes)};
}

std::string difference(const Answer& before, const Findings& found) {
  for (const Detection& one : before.boxes) {
    const bool there = std::ranges::any_of(found.boxes, [&](const Detection& now) {
      return now.class_id == one.class_id && near(one.score, now.score) && covers(one.box, now.box);
    });
    if (!there) return missing("a box", one.class_id, one.score);
  }
  for (const ClassScore& one : before.classes) {
    const bool there = std::ranges::any_of(found.classes, [&](const ClassScore& now) {
      return now.class_id == one.class_id && near(one.score, now.score);
    });
    // The last of five classes may be another where several are as unlikely.
    if (!there && one.score > kAway) return missing("the answer", one.class_id, one.score);
  }
  const float was = std::max(best_score<Detection>(before.boxes), best_score<ClassScore>(before.classes));
  const float is = std::max(best_score(found.boxes), best_score(found.classes));
  if (!near(was, is)) return fmt::format("its best score is {:.3f} and was {:.3f}", is, was);
  return {};
}

}  // namespace lyn
