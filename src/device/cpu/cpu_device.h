#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "core/result.h"
#include "device/device.h"

namespace lyn {

/// The reference device. Its memory is a memfd mapped twice: a PROT_NONE view whose addresses the
/// pipeline carries, and a readable view for kernels and codecs at a constant offset.
Result<std::unique_ptr<Device>> open_cpu_device(std::size_t pool_cap_bytes = 0);

/// Installs the SIGSEGV/SIGBUS handler that turns a host touch of device memory into exit 4 with
/// lane, stage and call stack. `finalise` runs before the exit, on the faulting thread, and must be
/// async-signal-tolerant (it makes outputs readable); may be empty. Faults elsewhere go to the
/// handler that was there before.
void install_residency_trap(std::function<void()> finalise = {});

/// True when `address` lies in trapped device memory. I/O code asks after EFAULT: a system call on
/// trapped memory does not fault, it fails.
bool is_trapped(const void* address);

/// Ends the process as a host touch would (exit 4, lane, stage, stack), for an EFAULT on trapped memory.
[[noreturn]] void end_for_trapped_system_call(const char* call, const void* address);

}  // namespace lyn
