#include <iostream>

#include "app/commands.h"
#include "core/secret.h"

namespace lyn {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return 2;
    case ErrorKind::source:
      return 3;
    case ErrorKind::violation:
      return 4;
    case ErrorKind::device:
      return 5;
    case ErrorKind::output:
      return 6;
    case ErrorKind::cancelled:
      return 130;
  }
  return 5;
}

int report(const Error& error) {
  std::cerr << "lynceus: " << redact(error.text()) << '\n';
  return exit_code(error.kind);
}

}  // namespace lyn
