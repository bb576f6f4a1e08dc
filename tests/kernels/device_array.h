#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "device/cpu/cpu_device.h"
#include "device/device.h"

namespace lyn::test {

/// One cpu device and stream for a test.
struct CpuBench {
  CpuBench() {
    auto opened = open_cpu_device();
    EXPECT_TRUE(opened.ok()) << opened.error().text();
    device = std::move(*opened);
    stream = std::move(*device->open_stream());
  }
  std::unique_ptr<Device> device;
  std::unique_ptr<Stream> stream;
};

/// Values in device memory, moved in and out by the ledger's own copies.
template <class T>
class DeviceArray {
 public:
  DeviceArray(CpuBench& bench, const std::vector<T>& values) : bench_(bench), size_(values.size()) {
    buffer_ = std::move(*bench.device->pool().lease(std::max<std::size_t>(1, size_ * sizeof(T))));
    EXPECT_TRUE(
        bench.device->copy_in(*bench.stream, Reason::tables, buffer_.address(), std::as_bytes(std::span(values))).ok());
  }
  DeviceArray(CpuBench& bench, std::size_t size) : DeviceArray(bench, std::vector<T>(size)) {}

  [[nodiscard]] Address<T> address() const { return buffer_.address().as<T>(); }
  [[nodiscard]] std::vector<T> values() const {
    std::vector<T> out(size_);
    EXPECT_TRUE(bench_.device
                    ->copy_out(*bench_.stream, Reason::boxes, std::as_writable_bytes(std::span(out)), buffer_.address())
                    .ok());
    EXPECT_TRUE(bench_.stream->synchronize().ok());
    return out;
  }

 private:
  CpuBench& bench_;
  std::size_t size_;
  Buffer buffer_;
};

}  // namespace lyn::test
