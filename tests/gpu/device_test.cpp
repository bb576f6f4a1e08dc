#include <cstring>

#include "device/cuda/cuda_facts.h"
#include "gpu/on_gpu.h"
#include "kernels/compose.h"

namespace lyn {
namespace {

class CudaDevice : public OnGpu {};

TEST_F(CudaDevice, says_what_it_is) {
  EXPECT_EQ(gpu_->name(), "cuda:0");
  EXPECT_TRUE(gpu_->is_cuda());
  EXPECT_GT(gpu_->memory().total_bytes, 0U);
  EXPECT_FALSE(is_lost(*gpu_));
}

TEST_F(CudaDevice, brings_back_what_was_put_in) {
  const auto bytes = random_bytes(1'000'003, 1);
  auto buffer = gpu_->pool().lease(bytes.size());
  LYN_ASSERT_OK(buffer);
  put(*gpu_, *gpu_stream_, buffer->address(), bytes);
  EXPECT_EQ(fetch(*gpu_, *gpu_stream_, buffer->address(), bytes.size()), bytes);
  EXPECT_EQ(gpu_->ledger().bytes(Reason::tables), bytes.size());
}

TEST_F(CudaDevice, copies_rows_with_pitches_within_and_out) {
  const auto bytes = random_bytes(64 * 16, 2);
  auto from = gpu_->pool().lease(bytes.size());
  auto to = gpu_->pool().lease(32 * 16);
  LYN_ASSERT_OK(from);
  LYN_ASSERT_OK(to);
  put(*gpu_, *gpu_stream_, from->address(), bytes);
  LYN_ASSERT_OK(gpu_->copy_within(*gpu_stream_, to->address(), from->address(), {20, 16, 64, 32}));
  std::vector<std::byte> rows(24 * 16);
  LYN_ASSERT_OK(gpu_->copy_out_rows(*gpu_stream_, Reason::frames, rows.data(), to->address(), {20, 16, 32, 24}));
  LYN_ASSERT_OK(gpu_stream_->synchronize());
  for (std::size_t row = 0; row < 16; ++row) {
    EXPECT_EQ(std::memcmp(&rows[row * 24], &bytes[row * 64], 20), 0) << "row " << row;
  }
}

TEST_F(CudaDevice, gives_memory_back_to_the_gpu) {
  const auto before = gpu_->memory().free_bytes;
  std::mt19937 random(3);
  for (int i = 0; i < 100; ++i) {
    const std::size_t bytes = 1 + random() % (64U << 20U);
    auto address = gpu_->allocate(MemoryKind::device, bytes);
    LYN_ASSERT_OK(address);
    gpu_->free(MemoryKind::device, *address, bytes);
  }
  const auto after = gpu_->memory().free_bytes;
  EXPECT_GE(after + (8U << 20U), before);
}

TEST_F(CudaDevice, refuses_more_memory_than_there_is_with_a_remedy) {
  const auto huge = gpu_->allocate(MemoryKind::device, gpu_->memory().total_bytes * 2);
  ASSERT_FALSE(huge.ok());
  EXPECT_EQ(huge.error().kind, ErrorKind::device);
  EXPECT_NE(huge.error().what.find("OUT_OF_MEMORY"), std::string::npos) << huge.error().text();
  EXPECT_FALSE(huge.error().remedy.empty());
  EXPECT_FALSE(is_lost(*gpu_));
}

TEST_F(CudaDevice, refuses_a_gpu_that_is_not_here) {
  const auto none = open_cuda_device(99);
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().what.find("cuda:99"), std::string::npos);
}

TEST_F(CudaDevice, refuses_a_kernel_that_was_not_compiled) {
  const Kernel missing{"lyn_no_such_kernel", nullptr, {32, 1, 1}};
  const int nothing = 0;
  const auto answer = gpu_->launch(*gpu_stream_, missing, nothing, {1, 1, 1});
  ASSERT_FALSE(answer.ok());
  EXPECT_NE(answer.error().what.find("lyn_no_such_kernel"), std::string::npos);
}

TEST_F(CudaDevice, orders_streams_by_events_and_reuses_them) {
  auto other = gpu_->open_stream();
  LYN_ASSERT_OK(other);
  auto buffer = gpu_->pool().lease(1U << 24U);
  LYN_ASSERT_OK(buffer);
  const auto bytes = random_bytes(1U << 24U, 4);
  for (int round = 0; round < 50; ++round) {
    LYN_ASSERT_OK(gpu_->copy_in(*gpu_stream_, Reason::tables, buffer->address(), bytes));
    auto event = gpu_stream_->record();
    LYN_ASSERT_OK(event);
    LYN_ASSERT_OK((*other)->wait(*event));
    auto seen = (*other)->record();
    LYN_ASSERT_OK(seen);
    LYN_ASSERT_OK((*seen)->wait());
    EXPECT_TRUE((*event)->done());
  }
  EXPECT_EQ(fetch(*gpu_, **other, buffer->address(), bytes.size()), bytes);
}

TEST_F(CudaDevice, tells_doctor_what_it_can_do) {
  const CudaFacts facts = cuda_facts();
  EXPECT_EQ(facts.why_not, "");
  ASSERT_FALSE(facts.gpus.empty());
  EXPECT_TRUE(facts.gpus[0].has_kernels);
  std::string text = facts.gpus[0].name + ", driver " + facts.driver + ", NVENC: " + facts.gpus[0].encoder + "\n";
  for (const NvdecFact& fact : facts.gpus[0].decoders) {
    text += "  " + fact.codec + " " + std::to_string(fact.bit_depth) + "-bit " + fact.chroma + ": " +
            (fact.offered ? std::to_string(fact.engines) + " engines, up to " + std::to_string(fact.max_width) + "x" +
                                std::to_string(fact.max_height)
                          : "no") +
            "\n";
  }
  for (const LibraryFact& library : facts.libraries) text += "  " + library.file + (library.found ? " yes\n" : " no\n");
  std::fputs(text.c_str(), stdout);
}

}  // namespace
}  // namespace lyn
