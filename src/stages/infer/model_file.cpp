#include "stages/infer/model_file.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

namespace lyn {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
struct FreeDigest {
  void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

constexpr std::size_t kChunkBytes = std::size_t{1} << 16U;

Error unreadable(const std::string& path, const std::string& cause) {
  return {ErrorKind::device, path + ": cannot be read: " + cause, "check the path that the card names in `onnx`"};
}

std::string hex_of(const unsigned char* bytes, unsigned count) {
  std::string text;
  for (unsigned i = 0; i < count; ++i) {
    text += "0123456789abcdef"[bytes[i] >> 4U];
    text += "0123456789abcdef"[bytes[i] & 15U];
  }
  return text;
}

}  // namespace

Result<std::string> sha256_of(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return unreadable(path, "it is a directory");
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return unreadable(path, std::strerror(errno));
  const Digest digest(EVP_MD_CTX_new());
  bool good = digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1;
  std::vector<unsigned char> chunk(kChunkBytes);
  while (const std::size_t got = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    good = good && EVP_DigestUpdate(digest.get(), chunk.data(), got) == 1;
  }
  if (std::ferror(file.get()) != 0) return unreadable(path, std::strerror(errno));
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned count = 0;
  good = good && EVP_DigestFinal_ex(digest.get(), sum.data(), &count) == 1;
  if (!good) return Error{ErrorKind::device, path + ": libcrypto cannot compute SHA-256", "check the OpenSSL set-up"};
  return hex_of(sum.data(), count);
}

std::string sha256_of_text(const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned count = 0;
  EVP_Digest(bytes.data(), bytes.size(), sum.data(), &count, EVP_sha256(), nullptr);
  return hex_of(sum.data(), count);
}

Status check_model_file(const ModelCard& card) {
  LYN_TRY(const std::string sum, sha256_of(card.onnx));
  if (card.sha256.empty() || card.sha256 == sum) return {};
  return Error{ErrorKind::device, card.onnx + ": its sha256 is " + sum + ", but " + card.path + " says " + card.sha256,
               "fetch the file again, or correct `sha256` if you changed the model on purpose"};
}

}  // namespace lyn
