#include "engine/devices/admission.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "engine/run/shed_steps.h"

namespace lyn {

namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;
/// Weight of what was measured last in the running mean.
constexpr double kNewest = 0.1;

}  // namespace

/// Of FFmpeg's decoders, busy pictures, on a core of an EPYC: 1080p H.264 takes 8.3 ms.
std::chrono::duration<double> Admission::prior(CodecId codec) {
  const bool costly = codec == CodecId::hevc || codec == CodecId::av1;
  return std::chrono::duration<double, std::milli>(costly ? 5 : 4);
}

AdmissionAnswer Admission::ask(const std::string& camera, const CameraNeed& need, bool degrade) {
  const auto fits = [this, &camera](const Seat& seat) {
    return std::ranges::all_of(weigh(camera, seat), [](const Item& item) { return item.fits(); });
  };
  std::lock_guard lock(mutex_);
  Seat seat{need, 1};
  if (fits(seat)) {
    seats_[camera] = seat;
    return {};
  }
  const std::string words = arithmetic(camera, seat);
  while (degrade && need.inferred > 0) {
    seat.factor = shed_step_above(seat.factor);
    if (need.inferred / seat.factor < need.least) break;
    if (!fits(seat)) continue;
    seats_[camera] = seat;
    return {true, seat.factor, words};
  }
  seats_.erase(camera);
  return {false, 1, words};
}

void Admission::set_factor(const std::string& camera, int factor) {
  std::lock_guard lock(mutex_);
  if (const auto found = seats_.find(camera); found != seats_.end()) found->second.factor = factor;
}

void Admission::leave(const std::string& camera) {
  std::lock_guard lock(mutex_);
  seats_.erase(camera);
}

void Admission::decoded(CodecId codec, double megapixels_each, std::uint64_t pictures, std::chrono::nanoseconds cpu) {
  if (pictures == 0 || megapixels_each <= 0 || cpu.count() <= 0) return;
  const double now = std::chrono::duration<double>(cpu).count() / (megapixels_each * static_cast<double>(pictures));
  std::lock_guard lock(mutex_);
  const auto [place, first] = measured_.emplace(codec, now);
  if (!first) place->second += kNewest * (now - place->second);
}

double Admission::decode_cores(const CameraNeed& need) const {
  const auto found = measured_.find(need.codec);
  const double each = found == measured_.end() ? prior(need.codec).count() : found->second;
  return need.megapixels * need.rate * each;
}

double Admission::model_share(const Seat& seat) {
  return seat.need.inferred / seat.factor * seat.need.model_time.count();
}

std::vector<Admission::Item> Admission::weigh(const std::string& camera, const Seat& seat) const {
  Item cores{"cores", "", 0, 0, limits_.cores};
  Item decoder{"decoder", " megapixels a second", 0, 0, limits_.decode};
  Item model{"model", " of its time", 0, 0, seat.need.model.empty() ? 0.0 : 1.0};
  Item memory{"memory", " MiB", 0, 0, static_cast<double>(limits_.memory_bytes) / kMebibyte};
  const auto add = [&](const Seat& one, double Item::*sum) {
    cores.*sum += decode_cores(one.need) + model_share(one) * one.need.model_cores;
    decoder.*sum += one.need.megapixels * one.need.rate;
    if (limits_.models_share_time || one.need.model == seat.need.model) model.*sum += model_share(one);
    memory.*sum += static_cast<double>(one.need.memory_bytes) / kMebibyte;
  };
  add(seat, &Item::needed);
  for (const auto& [id, other] : seats_) {
    if (id != camera) add(other, &Item::taken);
  }
  std::vector<Item> items{cores, decoder, model, memory};
  std::erase_if(items, [](const Item& item) { return item.limit <= 0; });
  return items;
}

std::string Admission::arithmetic(const std::string& camera, const Seat& seat) const {
  const CameraNeed& need = seat.need;
  std::string text = "there is not enough room for it:";
  auto to = std::back_inserter(text);
  for (const Item& item : weigh(camera, seat)) {
    if (item.fits()) continue;
    fmt::format_to(to, " {}: it needs {:.2f}{}, {:.2f} are taken, {:.2f} of {:.2f} can be planned;", item.name,
                   item.needed, item.unit, item.taken, kPlanned * item.limit, item.limit);
  }
  if (limits_.cores > 0) {
    fmt::format_to(to, " decoding {:.2f} megapixels x {:g} a second x {:.1f} ms ({}) = {:.2f} cores", need.megapixels,
                   need.rate, 1000 * decode_cores(need) / std::max(1e-9, need.megapixels * need.rate),
                   measured_.contains(need.codec) ? "measured" : "assumed", decode_cores(need));
  } else {
    fmt::format_to(to, " decoding {:.2f} megapixels x {:g} a second", need.megapixels, need.rate);
  }
  if (!need.model.empty()) {
    fmt::format_to(to, ", the model {:g} a second x {:.1f} ms", need.inferred, need.model_time.count() * 1000);
    if (limits_.cores > 0)
      fmt::format_to(to, " x {:g} cores = {:.2f} cores", need.model_cores, model_share(seat) * need.model_cores);
  }
  return text;
}

}  // namespace lyn
