#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "device/cpu/cpu_device.h"
#include "device/device.h"
#include "stages/infer/model_card.h"
#include "stages/infer/session.h"
#include "stages/infer/tiny_onnx.h"

namespace lyn::test {

/// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "lyn_infer_XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& bytes) const {
    const std::string file = path(name);
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::filesystem::path models_folder() {
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path() / "models";
}

/// A cpu device with a stream, a folder, and short ways to move floats.
class InferBench : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_cpu_device();
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    device = std::move(*opened);
    stream = std::move(*device->open_stream());
  }

  /// The card of a tiny graph of two classes.
  ModelCard tiny_card(const TinyGraph& graph = {}) {
    ModelCard card;
    card.path = folder.path("tiny.yaml");
    card.onnx = folder.write("tiny.onnx", tiny_onnx(graph));
    card.head = "yolox";
    card.labels = {"cat", "dog"};
    card.input_width = 32;
    card.input_height = 32;
    return card;
  }

  Buffer upload(const std::vector<float>& values) {
    Buffer buffer = std::move(*device->pool().lease(values.size() * sizeof(float)));
    EXPECT_TRUE(device->copy_in(*stream, Reason::tables, buffer.address(), std::as_bytes(std::span(values))).ok());
    return buffer;
  }
  std::vector<float> download(ByteAddress from, std::size_t count) {
    std::vector<float> values(count);
    EXPECT_TRUE(device->copy_out(*stream, Reason::tensors, std::as_writable_bytes(std::span(values)), from).ok());
    EXPECT_TRUE(stream->synchronize().ok());
    return values;
  }

  Folder folder;
  std::unique_ptr<Device> device;
  std::unique_ptr<Stream> stream;
};

}  // namespace lyn::test
