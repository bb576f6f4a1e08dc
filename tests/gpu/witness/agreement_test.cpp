// CUPTI against the ledger, to the byte, over copies of every kind that Device makes.
#include <gtest/gtest.h>

#include "device/cuda/cuda_device_impl.h"
#include "device/cuda/cuda_witness.h"
#include "gpu/on_gpu.h"
#include "kernels/frame_hash.h"

namespace lyn {
namespace {

class Agreement : public NeedsGpu {
 protected:
  /// In a process of its own: CUPTI has one subscriber, and should see the device from its opening.
  template <class Work>
  [[noreturn]] static void exit_after(Work work) {
    ViolationLog violations;
    auto witness = open_cuda_witness(0, violations);
    if (!witness) {
      std::fprintf(stderr, "%s\n", witness.error().text().c_str());
      std::exit(1);
    }
    auto device = open_cuda_device(0);
    auto stream = (*device)->open_stream();
    work(**device, **stream, **witness);
    static_cast<void>((*stream)->synchronize());
    const WitnessReport report = (*witness)->finish((*device)->ledger(), 0);
    for (const auto& [name, caller] : report.callers) {
      std::fprintf(stderr, "%s: out %llu in %llu copies, in %llu in %llu, host memory %llu\n", name.c_str(),
                   static_cast<unsigned long long>(caller.out.bytes),
                   static_cast<unsigned long long>(caller.out.copies), static_cast<unsigned long long>(caller.in.bytes),
                   static_cast<unsigned long long>(caller.in.copies),
                   static_cast<unsigned long long>(caller.host_memory.bytes));
    }
    for (const std::string& text : report.disagreements) std::fprintf(stderr, "%s\n", text.c_str());
    std::fprintf(stderr, "ledger out %llu in %llu\n", static_cast<unsigned long long>(report.ledger_out),
                 static_cast<unsigned long long>(report.ledger_in));
    std::exit(report.disagreements.empty() && violations.count() == 0 ? 0 : 4);
  }

  void SetUp() override {
    NeedsGpu::SetUp();
    GTEST_FLAG_SET(death_test_style, "threadsafe");
  }
};

void copy_every_way(Device& device, Stream& stream, Witness& witness) {
  auto buffer = device.pool().lease(1U << 20U);
  auto staging = Staging::create(device, 4096);
  const auto bytes = random_bytes(100'003, 1);
  std::vector<std::byte> back(100'003);
  const auto copies = [&] {
    EXPECT_TRUE(device.copy_in(stream, Reason::tables, buffer->address(), bytes).ok());
    EXPECT_TRUE(device.copy_out(stream, Reason::boxes, staging->bytes().first(1001), buffer->address()).ok());
    EXPECT_TRUE(device.copy_out(stream, Reason::tensors, back, buffer->address()).ok());
    EXPECT_TRUE(device.copy_out(stream, Reason::hash, std::span(back).first(8), buffer->address()).ok());
    EXPECT_TRUE(device.copy_out_rows(stream, Reason::frames, back.data(), buffer->address(), {20, 16, 64, 24}).ok());
    EXPECT_TRUE(
        device.copy_within(stream, buffer->address().offset_bytes(1 << 19), buffer->address(), {4096, 1, 4096, 4096})
            .ok());
    EXPECT_TRUE(stream.synchronize().ok());
  };
  copies();
  witness.mark_warm();
  copies();
}

TEST_F(Agreement, holds_to_the_byte_for_copies_of_every_kind) {
  // Twice: 1001 + 100003 + 8 + 20 x 16 bytes out, 100003 in.
  EXPECT_EXIT(exit_after(copy_every_way), testing::ExitedWithCode(0),
              "ledger: out 202664 in 8 copies, in 200006 in 2(.|\n)*ledger out 202664 in 200006");
}

TEST_F(Agreement, is_refused_to_a_second_witness) {
  EXPECT_EXIT(exit_after([](Device&, Stream&, Witness&) {
                ViolationLog violations;
                const auto second = open_cuda_witness(0, violations);
                std::fprintf(stderr, "%s\n", second ? "two" : second.error().text().c_str());
              }),
              testing::ExitedWithCode(0), "watches another run of this process");
}

TEST_F(Agreement, ends_when_the_ledger_counts_what_was_not_copied) {
  EXPECT_EXIT(exit_after([](Device& device, Stream&, Witness&) { device.ledger().count(Reason::boxes, 1); }),
              testing::ExitedWithCode(4), "device to host: the ledger counts 1 bytes, CUPTI saw 0 bytes");
}

TEST_F(Agreement, sees_many_copies_and_loses_none) {
  EXPECT_EXIT(exit_after([](Device& device, Stream& stream, Witness&) {
                auto buffer = device.pool().lease(4096);
                auto staging = Staging::create(device, 4096);
                for (int i = 0; i < 50'000; ++i) {
                  (void)device.copy_out(stream, Reason::boxes, staging->bytes().first(64), buffer->address());
                  if (i % 1000 == 0) (void)stream.synchronize();
                }
              }),
              testing::ExitedWithCode(0), "ledger: out 3200000 in 50000 copies");
}

}  // namespace
}  // namespace lyn
