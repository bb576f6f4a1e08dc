#include "device/cuda/record_buffers.h"

#include <memory>
#include <mutex>
#include <vector>

namespace lyn::cupti {
namespace {

constexpr std::size_t kAlignment = 8;  // ACTIVITY_RECORD_ALIGNMENT

struct alignas(kAlignment) Buffer {
  std::uint8_t bytes[RecordBuffers::kBytes];
};

struct Store {
  std::mutex mutex;
  std::vector<std::unique_ptr<Buffer>> all;
  std::vector<std::uint8_t*> free;
};

Store& store() {
  static auto* const kept = new Store;  // never destroyed: CUPTI's thread may come late
  return *kept;
}

}  // namespace

std::uint8_t* RecordBuffers::take() {
  Store& buffers = store();
  const std::lock_guard lock(buffers.mutex);
  if (buffers.free.empty()) {
    buffers.all.push_back(std::make_unique<Buffer>());
    buffers.free.reserve(buffers.all.size());
    return buffers.all.back()->bytes;
  }
  std::uint8_t* buffer = buffers.free.back();
  buffers.free.pop_back();
  return buffer;
}

void RecordBuffers::give_back(std::uint8_t* buffer) {
  Store& buffers = store();
  const std::lock_guard lock(buffers.mutex);
  buffers.free.push_back(buffer);
}

}  // namespace lyn::cupti
