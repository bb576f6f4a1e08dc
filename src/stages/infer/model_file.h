#pragma once

#include <string>

#include "core/result.h"
#include "stages/infer/model_card.h"

namespace lyn {

/// SHA-256 of a file, 64 hexadecimal digits in lower case. Error `device`: it cannot be read.
Result<std::string> sha256_of(const std::string& path);

/// SHA-256 of bytes in memory.
std::string sha256_of_text(const std::string& bytes);

/// That the card's graph can be read and, where the card gives one, has its checksum. Error `device`.
Status check_model_file(const ModelCard& card);

}  // namespace lyn
