#include <pthread.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <utility>

#include "core/stack_trace.h"
#include "device/cpu/cpu_device.h"
#include "device/scope.h"

namespace lyn {

namespace {

constexpr int kExitViolation = 4;

struct sigaction outer_segv;
struct sigaction outer_bus;
std::function<void()> make_outputs_readable;
std::atomic<bool> installed{false};
std::atomic<bool> ending{false};
pthread_t ending_thread;

const char* or_dash(const char* name) {
  return name[0] == '\0' ? "-" : name;
}

void print(const char* text) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, std::strlen(text));
}

/// One thread ends the process; others that touch device memory meanwhile stop where they are.
void claim_the_end() {
  if (ending.exchange(true)) {
    if (pthread_equal(ending_thread, pthread_self())) _exit(kExitViolation);  // while making outputs readable
    for (;;) pause();
  }
  ending_thread = pthread_self();
}

[[noreturn]] void end_process(const char* headline, const StackTrace& stack) {
  claim_the_end();
  // Inside a handler its own signal waits; a second touch must come back here, not kill without the exit code.
  sigset_t faults;
  sigemptyset(&faults);
  sigaddset(&faults, SIGSEGV);
  sigaddset(&faults, SIGBUS);
  pthread_sigmask(SIG_UNBLOCK, &faults, nullptr);
  print(headline);
  write_stack(STDERR_FILENO, stack);
  if (make_outputs_readable) make_outputs_readable();
  _exit(kExitViolation);
}

#if defined(__x86_64__)
const void* instruction_of(const ucontext_t& context) {
  return reinterpret_cast<const void*>(context.uc_mcontext.gregs[REG_RIP]);
}
const char* access_of(const ucontext_t& context) {
  constexpr greg_t kWrite = 2;  // bit 1 of the page fault's error code
  return (context.uc_mcontext.gregs[REG_ERR] & kWrite) != 0 ? "write" : "read";
}
#elif defined(__aarch64__)
const void* instruction_of(const ucontext_t& context) {
  return reinterpret_cast<const void*>(context.uc_mcontext.pc);
}
const char* access_of(const ucontext_t&) {
  return "access";
}
#endif

[[noreturn]] void end_for_touch(const void* address, const ucontext_t& context) {
  char headline[512];
  std::snprintf(headline, sizeof headline,
                "violation: host touched device memory at %p (%s) in lane %s, stage %s; read pixels in a kernel, or "
                "copy them out by a named reason\n",
                address, access_of(context), or_dash(StageScope::lane()), or_dash(StageScope::stage()));
  end_process(headline, capture_stack_from(instruction_of(context)));
}

/// A fault that is not ours goes to whoever had the signal before.
void pass_on(int signal, siginfo_t* info, void* context) {
  const struct sigaction& outer = signal == SIGSEGV ? outer_segv : outer_bus;
  if ((outer.sa_flags & SA_SIGINFO) != 0) {
    outer.sa_sigaction(signal, info, context);
  } else if (outer.sa_handler != SIG_DFL && outer.sa_handler != SIG_IGN) {
    outer.sa_handler(signal);
  } else {
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    sigaction(signal, &standard, nullptr);
    // A fault happens again when we return; a signal that was sent has to be sent again.
    if (info->si_code <= 0) raise(signal);
  }
}

void on_fault(int signal, siginfo_t* info, void* context) {
  if (info->si_code > 0 && is_trapped(info->si_addr)) {
    end_for_touch(info->si_addr, *static_cast<const ucontext_t*>(context));
  }
  pass_on(signal, info, context);
}

}  // namespace

void install_residency_trap(std::function<void()> finalise) {
  make_outputs_readable = std::move(finalise);
  if (installed.exchange(true)) return;
  prepare_stack_traces();
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  // On the alternate stack where a thread has one (sanitizers give theirs one for stack overflows).
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, &action, &outer_segv);
  sigaction(SIGBUS, &action, &outer_bus);
}

void end_for_trapped_system_call(const char* call, const void* address) {
  char headline[512];
  std::snprintf(headline, sizeof headline,
                "violation: system call %s was given device memory at %p in lane %s, stage %s; copy what it needs out "
                "by a named reason\n",
                call, address, or_dash(StageScope::lane()), or_dash(StageScope::stage()));
  end_process(headline, capture_stack());
}

}  // namespace lyn
