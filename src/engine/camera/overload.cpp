#include "engine/camera/overload.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/run/shed_steps.h"

namespace lyn {

namespace {

constexpr double kCloseShare = 0.8;      ///< of the latency: beyond it nothing is given back
constexpr double kFewUnserved = 0.25;    ///< of the share that is tolerated: up to there things are given back
constexpr double kHelped = 0.9;          ///< what was given up has to bring the trouble below this
constexpr double kNearlyTheRate = 0.9;   ///< a window may have one frame less than its share
constexpr double kLeastRate = 1;         ///< frames a second that are looked at in any case
constexpr int kForgottenAfterCalms = 6;  ///< relapses

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double milliseconds(LoadWindow::Span span) {
  return std::chrono::duration<double, std::milli>(span).count();
}

double each(LoadWindow::Span sum, std::uint64_t count) {
  return milliseconds(sum) / static_cast<double>(std::max<std::uint64_t>(1, count));
}

double a_second(std::uint64_t count, LoadWindow::Span length) {
  return static_cast<double>(count) / std::max(1e-9, milliseconds(length) / 1000);
}

}  // namespace

Overload::Overload(const ObjectiveConfig& objective, int every, bool pictures, std::uint64_t seed,
                   OverloadPolicy policy)
    : objective_(objective), every_(every), pictures_(pictures), policy_(policy), random_(seed) {
  new_calm();
}

std::optional<Overload::Change> Overload::judge(const LoadWindow& window, const ModelWords& model) {
  if (overloaded_) since_ += window.length;
  switch (verdict(window)) {
    case Verdict::bad:
      return on_bad(window, model);
    case Verdict::good:
      bad_ = 0;
      return on_good(window);
    case Verdict::fair:
      bad_ = 0;
      break;
  }
  return std::nullopt;
}

void Overload::begin_with(int factor, std::string cause) {
  reset();
  overloaded_ = true;
  factor_ = factor;
  cause_ = std::move(cause) + "; meanwhile " + what_is_shed();
}

void Overload::reset() {
  overloaded_ = sheds_pictures_ = pictures_help_not_ = probing_ = false;
  factor_ = 1;
  bad_ = relapses_ = 0;
  good_ = since_ = {};
  cause_.clear();
  new_calm();
}

bool Overload::rate_missed(const LoadWindow& window) const {
  if (window.wanted == 0) return false;
  if (objective_.rate <= 0) return share(window.unserved, window.wanted) > policy_.unserved_share;
  const double wanted = a_second(window.wanted, window.length);
  const double served = a_second(window.wanted - std::min(window.wanted, window.unserved), window.length);
  return served < kNearlyTheRate * std::min(objective_.rate, wanted);
}

Overload::Verdict Overload::verdict(const LoadWindow& window) const {
  const bool lost = share(window.packets_lost, window.packets) > policy_.lost_share;
  const bool late = share(window.late, window.processed) > policy_.late_share || window.oldest > objective_.latency;
  if (lost || late || rate_missed(window)) return Verdict::bad;
  const bool served =
      objective_.rate > 0 || share(window.unserved, window.wanted) <= kFewUnserved * policy_.unserved_share;
  const bool in_time = share(window.close, window.processed) <= policy_.late_share &&
                       milliseconds(window.oldest) <= kCloseShare * milliseconds(objective_.latency);
  return window.packets_lost == 0 && served && in_time ? Verdict::good : Verdict::fair;
}

/// How far it is from what would be tolerated: 1 is just that.
double Overload::severity(const LoadWindow& window) const {
  const double latency = std::max(each(window.latency, window.processed), milliseconds(window.oldest));
  return std::max({share(window.packets_lost, window.packets) / policy_.lost_share,
                   share(window.unserved, window.wanted) / policy_.unserved_share,
                   latency / milliseconds(objective_.latency)});
}

Overload::Part Overload::slow_part(const LoadWindow& window) const {
  const bool lost = share(window.packets_lost, window.packets) > policy_.lost_share;
  const bool waits = window.processed == 0 || window.in_model * 2 > window.latency;
  if (!lost && (rate_missed(window) || waits)) return Part::model;
  const auto most = std::max({window.decoding, window.detecting, window.writing});
  return most == window.decoding ? Part::decode : most == window.detecting ? Part::lane : Part::outputs;
}

std::optional<Overload::Change> Overload::on_bad(const LoadWindow& window, const ModelWords& model) {
  good_ = {};
  if (std::exchange(probing_, false)) {
    relapses_ = std::min(relapses_ + 1, 16);
    new_calm();
  }
  if (++bad_ < (overloaded_ ? policy_.bad_between : policy_.bad_before)) return std::nullopt;
  bad_ = 0;
  if (sheds_pictures_ && severity(window) > kHelped * severity_before_) {
    sheds_pictures_ = false;
    pictures_help_not_ = true;
    cause_ = explain(window, model);
    return Change{Change::Kind::gave_back, "video and snapshots go on, since leaving them out helped nothing"};
  }
  const bool began = !std::exchange(overloaded_, true);
  if (began) since_ = {};
  const bool more = shed(window);
  cause_ = explain(window, model);
  if (!began && !more) return std::nullopt;
  return Change{began ? Change::Kind::began : Change::Kind::shed, cause_};
}

std::optional<Overload::Change> Overload::on_good(const LoadWindow& window) {
  good_ += window.length;
  if (!overloaded_) {
    if (good_ < kForgottenAfterCalms * policy_.calm) return std::nullopt;
    relapses_ = 0;
    probing_ = false;
    return std::nullopt;
  }
  if (good_ < calm_) return std::nullopt;
  if (std::exchange(probing_, false)) relapses_ = std::max(0, relapses_ - 1);
  return give_back();
}

/// The rate of detection first, as far as the window says is needed; then what is drawn and encoded.
bool Overload::shed(const LoadWindow& window) {
  const int next = next_factor(window);
  if (next > factor_) {
    factor_ = next;
    return true;
  }
  if (!pictures_ || sheds_pictures_ || pictures_help_not_) return false;
  severity_before_ = severity(window);
  sheds_pictures_ = true;
  return true;
}

int Overload::next_factor(const LoadWindow& window) const {
  // A window may have one picture less than its share.
  const double rate = a_second(window.packets + 1, window.length) / every_;
  const double least = objective_.rate > 0 ? objective_.rate : kLeastRate;
  const auto served = window.wanted - std::min(window.wanted, window.unserved);
  const double needed =
      factor_ * static_cast<double>(window.wanted) / static_cast<double>(std::max<std::uint64_t>(1, served));
  int next = factor_;
  do {
    const int more = shed_step_above(next);
    if (more > policy_.most_factor || rate / more < least) break;
    next = more;
  } while (next < needed);
  return next;
}

Overload::Change Overload::give_back() {
  good_ = {};
  if (!std::exchange(sheds_pictures_, false)) factor_ = shed_step_below(factor_);
  probing_ = true;
  pictures_help_not_ = false;
  new_calm();
  if (factor_ > 1) return {Change::Kind::gave_back, what_is_shed()};
  overloaded_ = false;
  cause_.clear();
  return {Change::Kind::over, fmt::format("its objective is met again after {:.0f} s", milliseconds(since_) / 1000)};
}

/// Cameras that were overloaded together do not step back together.
void Overload::new_calm() {
  random_ = random_ * 6364136223846793005ULL + 1442695040888963407ULL;  // Knuth, MMIX
  const double spread = 1 + static_cast<double>(random_ >> 11U) * 0x1p-54;
  auto calm = policy_.calm;
  for (int i = 0; i < relapses_ && calm < policy_.most_calm; ++i) calm *= 2;
  calm_ = Span(static_cast<Span::rep>(static_cast<double>(std::min(calm, policy_.most_calm).count()) * spread));
}

std::string Overload::what_is_shed() const {
  std::string text = factor_ == 1 ? "" : fmt::format("one frame in {} is inferred", factor_ * every_);
  if (sheds_pictures_) text += std::string(text.empty() ? "" : ", and ") + "video and snapshots are left out";
  return text;
}

std::string Overload::explain(const LoadWindow& window, const ModelWords& model) const {
  std::string text;
  if (share(window.packets_lost, window.packets) > policy_.lost_share) {
    text = fmt::format("{} of {} pictures were dropped undecoded", window.packets_lost, window.packets);
  } else if (rate_missed(window)) {
    text = fmt::format("{} of {} frames found no room in the model", window.unserved, window.wanted);
    if (objective_.rate > 0) text += fmt::format(", {:g} a second are the objective", objective_.rate);
  } else {
    const double latency = std::max(each(window.latency, window.processed), milliseconds(window.oldest));
    text = fmt::format("frames take {:.0f} ms, of which {} are the objective", latency, objective_.latency.count());
  }
  const double apart = each(window.length, window.packets);
  switch (slow_part(window)) {
    case Part::model:
      text += fmt::format(
          ": the model is too slow{}; a smaller one, a greater detector.every or fewer cameras would help", model());
      break;
    case Part::decode:
      text += fmt::format(
          ": decoding takes {:.1f} ms a picture, one comes each {:.1f} ms; a smaller stream of this camera or fewer "
          "cameras "
          "would help",
          each(window.decoding, window.packets - window.packets_lost), apart);
      break;
    case Part::lane:
      text += fmt::format(
          ": preparing and tracking takes {:.1f} ms a frame, one comes each {:.1f} ms; a greater detector.every or "
          "fewer "
          "cameras would help",
          each(window.detecting, window.decoded), apart);
      break;
    case Part::outputs:
      text += fmt::format(": writing records takes {:.1f} ms a frame, one comes each {:.1f} ms; check the disk",
                          each(window.writing, window.decoded), apart);
      break;
  }
  const std::string shed = what_is_shed();
  return shed.empty() ? text : text + "; meanwhile " + shed;
}

}  // namespace lyn
