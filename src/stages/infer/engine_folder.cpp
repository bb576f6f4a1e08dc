#include "stages/infer/engine_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "stages/infer/model_file.h"

namespace lyn {
namespace {

namespace fs = std::filesystem;

/// Written last; holds the key in words, for people.
constexpr const char* kComplete = "complete.txt";
constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;
constexpr mode_t kOthersMayAnything = S_IRWXG | S_IRWXO;

Error unsafe(const std::string& path, const std::string& why) {
  return {ErrorKind::device, path + ": " + why + ", and loading an engine runs code from there",
          "give it to the user who runs this (chown, chmod go-rwx), or name another state_dir"};
}

/// `path` itself, links not followed, is of `type`, ours, and grants others nothing of `forbidden`.
Status check_owned(const std::string& path, mode_t type, mode_t forbidden) {
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0) {
    return Error{ErrorKind::device, path + ": " + std::strerror(errno), "check state_dir and its permissions"};
  }
  if ((facts.st_mode & S_IFMT) != type) return unsafe(path, type == S_IFDIR ? "is no folder" : "is no plain file");
  if (facts.st_uid != geteuid()) return unsafe(path, "belongs to user " + std::to_string(facts.st_uid));
  if ((facts.st_mode & forbidden) != 0) return unsafe(path, "is open to other users");
  return {};
}

Status make_folder(const std::string& path, mode_t forbidden) {
  if (mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return Error{ErrorKind::device, path + ": cannot be made: " + std::strerror(errno),
                 "check state_dir and its permissions"};
  }
  return check_owned(path, S_IFDIR, forbidden);
}

Status check_files(const std::string& folder) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    LYN_CHECK(check_owned(entry.path().string(), S_IFREG, kOthersMayWrite));
  }
  return {};
}

/// Files in which the graph's external data lies: in ONNX's protobuf a StringStringEntryProto with the key
/// "location" (field 1), its value (field 2) a path beside the graph. A false hit names no file and is harmless.
std::set<std::string> external_files(const std::string& onnx) {
  std::ifstream file(onnx, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  static const std::string kMark("\x0a\x08location\x12", 11);
  std::set<std::string> found;
  for (auto at = bytes.find(kMark); at != std::string::npos; at = bytes.find(kMark, at + 1)) {
    const std::size_t begin = at + kMark.size() + 1;
    if (begin > bytes.size()) break;
    const auto length = static_cast<unsigned char>(bytes[begin - 1]);
    const fs::path path = fs::path(onnx).parent_path() / bytes.substr(begin, length);
    std::error_code ignored;
    if (length > 0 && length < 0x80 && fs::is_regular_file(path, ignored)) found.insert(path.string());
  }
  return found;
}

std::string words_of(const EngineKey& key) {
  return "model " + key.model + "\ngpu " + key.gpu + "\nversions " + key.versions + "\nprecision " +
         (key.fp16 ? "fp16" : "fp32") + "\nbatch " + std::to_string(key.batch) + "\n";
}

}  // namespace

Result<std::string> model_digest(const std::string& onnx) {
  LYN_TRY(std::string digest, sha256_of(onnx));
  for (const std::string& file : external_files(onnx)) {
    LYN_TRY(const std::string one, sha256_of(file));
    digest = sha256_of_text(digest + one);
  }
  return digest;
}

Result<EngineFolder> EngineFolder::open(const std::string& home, const EngineKey& key) {
  std::error_code failed;
  fs::create_directories(fs::path(home).parent_path(), failed);
  LYN_CHECK(make_folder(home, kOthersMayWrite));
  const std::string engines = (fs::path(home) / "engines").string();
  LYN_CHECK(make_folder(engines, kOthersMayAnything));
  EngineFolder folder;
  folder.words_ = words_of(key);
  folder.path_ = (fs::path(engines) / sha256_of_text(folder.words_).substr(0, 32)).string();
  LYN_CHECK(make_folder(folder.path_, kOthersMayAnything));
  LYN_CHECK(check_files(folder.path_));
  folder.complete_ = fs::exists(fs::path(folder.path_) / kComplete, failed);
  if (folder.complete_) return folder;
  for (const auto& entry : fs::directory_iterator(folder.path_, failed)) fs::remove(entry.path(), failed);
  return folder;
}

Status EngineFolder::mark_complete() {
  if (complete_) return {};
  std::ofstream file(fs::path(path_) / kComplete);
  file << words_ << std::flush;
  if (!file) {
    return Error{ErrorKind::device, path_ + ": cannot be written: " + std::strerror(errno),
                 "check space and permissions"};
  }
  complete_ = true;
  return {};
}

}  // namespace lyn
