#include "engine/camera/camera_link.h"

#include <functional>
#include <utility>

#include "core/log.h"

namespace lyn {

namespace {

/// Of the jitter: cameras that are lost together come back at different moments.
std::uint64_t seed_of(const std::string& camera, const Clock& clock) {
  return std::hash<std::string>()(camera) ^ static_cast<std::uint64_t>(clock.now().time_since_epoch().count());
}

}  // namespace

bool is_refusal(SourceFault fault) {
  switch (fault) {
    case SourceFault::unauthorised:
    case SourceFault::not_found:
    case SourceFault::unsupported:
    case SourceFault::elsewhere:
    case SourceFault::tls:
      return true;
    default:
      return false;
  }
}

CameraLink::CameraLink(const std::string& camera, const RetryPolicy& policy, std::chrono::milliseconds stall_timeout,
                       Attempts& attempts, Tally& tally, const Clock& clock)
    : camera_(camera),
      attempts_(attempts),
      tally_(tally),
      clock_(clock),
      supervisor_(policy, stall_timeout, seed_of(camera, clock)) {}

void CameraLink::start() {
  supervisor_.start(clock_.now());
  obey();
}

void CameraLink::end() {
  const CameraState last = supervisor_.state();
  supervisor_.end(clock_.now());
  obey();
  // What it suffered from is more to know than that the run is over.
  if (last == CameraState::running && overload_.empty()) tally_.state(name_of(CameraState::ended));
}

CameraLink::Use CameraLink::use_of(const PacketArrived& event) {
  if (event.attempt == in_use_) return Use::next;
  if (!attempts_.is_open(event.attempt) || !opened_.contains(event.attempt)) return Use::stale;
  if (!supervisor_.first_picture(event.attempt, clock_.now())) return Use::stale;
  in_use_ = event.attempt;
  source_ = std::move(opened_[in_use_]);
  opened_.clear();
  obey();
  if (std::exchange(used_one_, true)) tally_.reconnected();
  return Use::first;
}

void CameraLink::opened(SourceOpened& event) {
  if (attempts_.is_open(event.attempt)) opened_[event.attempt] = std::move(event);
}

void CameraLink::failed(int attempt, const Error& error) {
  fail(attempt, {error.text(), is_refusal(error.fault), false});
}

void CameraLink::refuse(int attempt, const Error& error) {
  fail(attempt, {error.text(), true, true});
}

void CameraLink::fail(int attempt, const Supervisor::Failure& failure) {
  if (!attempts_.is_open(attempt)) return;
  attempts_.close(attempt);
  opened_.erase(attempt);
  if (attempt == in_use_) {
    in_use_ = 0;
    lost_ = true;
  }
  supervisor_.failed(attempt, failure, clock_.now());
  obey();
}

void CameraLink::tick() {
  const auto now = clock_.now();
  const auto due = supervisor_.deadline();
  if (!due || now < *due) return;
  supervisor_.tick(now, attempts_.last_packet(in_use_));
  obey();
}

void CameraLink::overloaded(const std::string& cause) {
  const bool was = !overload_.empty();
  overload_ = cause;
  if (supervisor_.state() != CameraState::running) return;
  if (was && !cause.empty()) {
    tally_.cause(cause);
  } else if (was || !cause.empty()) {
    tally_running();
  }
}

void CameraLink::tally_running() {
  tally_.state(name_of(overload_.empty() ? CameraState::running : CameraState::overloaded), overload_);
}

bool CameraLink::waits() const {
  const CameraState state = supervisor_.state();
  return in_use_ == 0 &&
         (state == CameraState::backoff || state == CameraState::quarantined || state == CameraState::refused);
}

void CameraLink::obey() {
  while (const auto order = supervisor_.next_order()) {
    if (order->kind == Supervisor::Order::Kind::close) {
      attempts_.close(order->attempt);
      opened_.erase(order->attempt);
      if (order->attempt != in_use_) continue;
      in_use_ = 0;
      lost_ = true;
    } else if (!attempts_.open(order->attempt)) {
      supervisor_.failed(order->attempt, {"earlier attempts still hang; check the name service of this machine", false},
                         clock_.now());
    }
  }
  while (const auto change = supervisor_.next_change()) tell(*change);
}

void CameraLink::tell(const Supervisor::Change& change) {
  const bool well = change.to == CameraState::running;
  if (well) {
    tally_running();
  } else if (change.to != CameraState::ended) {
    tally_.state(name_of(change.to), change.cause);
  }
  if (const auto line = change_log_.line_for(change, clock_.now())) {
    const std::string text = camera_ + ": " + *line;
    well ? log::info(text) : log::warning(text);
  }
}

}  // namespace lyn
