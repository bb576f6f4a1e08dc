#include "cusim/driver/fault.h"

#include <pthread.h>

#include <csetjmp>
#include <csignal>

namespace cusim {
namespace {

sigjmp_buf* way_out = nullptr;
pthread_t worker;
struct sigaction outer_segv;
struct sigaction outer_bus;

void on_fault(int signal, siginfo_t* info, void* context) {
  if (way_out != nullptr && pthread_equal(worker, pthread_self()) != 0) siglongjmp(*way_out, 1);
  const struct sigaction& outer = signal == SIGSEGV ? outer_segv : outer_bus;
  if ((outer.sa_flags & SA_SIGINFO) != 0) {
    outer.sa_sigaction(signal, info, context);
  } else if (outer.sa_handler != SIG_DFL && outer.sa_handler != SIG_IGN) {
    outer.sa_handler(signal);
  } else {
    (void)sigaction(signal, &outer, nullptr);  // it happens again when we return
  }
}

/// The handler stands only while a step runs: the program's own comes and goes as it likes.
class Guard {
 public:
  Guard() {
    struct sigaction action {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGSEGV, &action, &outer_segv);
    (void)sigaction(SIGBUS, &action, &outer_bus);
  }
  ~Guard() {
    (void)sigaction(SIGSEGV, &outer_segv, nullptr);
    (void)sigaction(SIGBUS, &outer_bus, nullptr);
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
};

}  // namespace

bool run_guarded(const std::function<void()>& step) {
  if (way_out != nullptr) {  // a step that does the work of another stream: the guard stands
    step();
    return true;
  }
  const Guard guard;
  sigjmp_buf here;
  worker = pthread_self();
  const bool came_back = sigsetjmp(here, 1) != 0;
  if (!came_back) {
    way_out = &here;
    step();
  }
  way_out = nullptr;
  return !came_back;
}

}  // namespace cusim
