#include "device/device.h"

#include <utility>

#include "device/caller.h"

namespace lyn {

namespace {

/// A reason names one direction; using it for the other is a mistake in the code, not in the input.
Status check_direction(Reason reason, bool inward) {
  const ReasonRule& rule = rule_of(reason);
  if (rule.inward == inward) return {};
  return Error{ErrorKind::violation,
               std::string("transfer \"") + rule.name + "\" was asked " + (inward ? "into" : "out of") + " the device",
               "it goes the other way: name another reason"};
}

}  // namespace

Device::Device(std::string name, bool cuda, std::size_t pool_cap_bytes)
    : name_(std::move(name)), cuda_(cuda), pool_(Pool::create(*this, pool_cap_bytes)) {}

Device::~Device() = default;

Status Device::copy_in(Stream& stream, Reason reason, ByteAddress to, std::span<const std::byte> from) {
  LYN_CHECK(check_direction(reason, true));
  const CallerScope scope(Caller::ledger);
  const ByteAddress host{reinterpret_cast<std::uintptr_t>(from.data())};
  LYN_CHECK(do_copy(stream, Direction::in, to, host, {from.size(), 1, from.size(), from.size()}));
  ledger_.count(reason, from.size());
  return {};
}

Status Device::copy_out(Stream& stream, Reason reason, std::span<std::byte> to, ByteAddress from) {
  return copy_out_rows(stream, reason, to.data(), from, {to.size(), 1, to.size(), to.size()});
}

Status Device::copy_out_rows(Stream& stream, Reason reason, std::byte* to, ByteAddress from, CopyShape shape) {
  LYN_CHECK(check_direction(reason, false));
  const CallerScope scope(Caller::ledger);
  LYN_CHECK(do_copy(stream, Direction::out, {reinterpret_cast<std::uintptr_t>(to)}, from, shape));
  ledger_.count(reason, shape.row_bytes * shape.rows);
  return {};
}

Status Device::copy_within(Stream& stream, ByteAddress to, ByteAddress from, CopyShape shape) {
  const CallerScope scope(Caller::device);
  return do_copy(stream, Direction::within, to, from, shape);
}

Status Device::launch_bytes(Stream& stream, const Kernel& kernel, const void* args, std::size_t bytes, Grid grid) {
  const CallerScope scope(Caller::device);
  return do_launch(stream, kernel, args, bytes, grid);
}

Result<ByteAddress> Device::allocate(MemoryKind kind, std::size_t bytes) {
  const CallerScope scope(kind == MemoryKind::staging ? Caller::staging : Caller::pool);
  return do_allocate(kind, bytes);
}

}  // namespace lyn
