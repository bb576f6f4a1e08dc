#pragma once

#include <string>
#include <vector>

namespace lyn {

/// One thing that `doctor` looked at: whether it is there, what it says, and what would help.
struct Finding {
  std::string name;
  bool good = true;
  std::string says;
  std::string remedy;
};

/// The driver, its libraries, and every GPU with its decoders and encoder.
void add_cuda_findings(std::vector<Finding>& findings);

}  // namespace lyn
