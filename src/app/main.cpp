#include <malloc.h>

#include <csignal>
#include <cstdio>
#include <new>
#include <system_error>
#include <variant>

#include "app/arguments.h"
#include "app/commands.h"
#include "core/log.h"
#include "core/out_of_memory.h"
#include "device/cpu/cpu_device.h"

namespace {

struct Dispatch {
  int operator()(const lyn::Answered& answered) const { return answered.code; }
  int operator()(const lyn::RunArguments& arguments) const { return lyn::run_command(arguments); }
  int operator()(const lyn::DemoArguments& arguments) const { return lyn::demo_command(arguments); }
  int operator()(const lyn::ProbeArguments& arguments) const { return lyn::probe_command(arguments); }
  int operator()(const lyn::DoctorArguments& arguments) const { return lyn::doctor_command(arguments); }
  int operator()(const lyn::ConfigArguments& arguments) const { return lyn::config_command(arguments); }
  int operator()(const lyn::ModelArguments& arguments) const { return lyn::model_command(arguments); }
};

/// glibc (2.36) raises both bounds with the largest block that was ever freed, and keeps what lies below them: what a
/// decoder or an encoder took would stay in the arena of each thread that a camera ever had.
void give_back_what_closes() {
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

int run_program(int argc, char** argv) {
  give_back_what_closes();
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of that output, not our end
  const lyn::Arguments arguments = lyn::parse_arguments(argc, argv);
  lyn::hide_secrets_in(argc, argv);
  lyn::install_residency_trap();
  const int code = std::visit(Dispatch(), arguments);
  lyn::log::stop();
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_program(argc, argv);
  } catch (const std::bad_alloc&) {
    const lyn::Error error = lyn::out_of_memory(lyn::ErrorKind::device);
    std::fprintf(stderr, "lynceus: %s; %s\n", error.what.c_str(), error.remedy.c_str());
    return lyn::exit_code(error.kind);
  } catch (const std::system_error& error) {  // a thread that cannot be started
    std::fprintf(stderr, "lynceus: no thread can be started: %s; end other programs, or run fewer cameras\n",
                 error.what());
    return lyn::exit_code(lyn::ErrorKind::device);
  }
}
