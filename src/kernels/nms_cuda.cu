// Greedy NMS, one block a slot: compact (or select the highest keys), sort in shared memory, then one
// round a kept box. What it computes is defined in nms.h and done plainly in nms.cpp.
#include "kernels/nms.h"

namespace {

using lyn::Box;
using lyn::Detection;
using lyn::kMaxBoxes;
using lyn::kMaxCandidates;
using lyn::MoreBoxes;
using lyn::NmsArgs;
using lyn::SlotBoxes;

constexpr unsigned kThreads = lyn::kNmsThreads;
constexpr unsigned kPerThread = kMaxCandidates / kThreads;
constexpr unsigned kWords = kMaxCandidates / 32;
static_assert(kMaxCandidates % kThreads == 0 && (kMaxCandidates & (kMaxCandidates - 1)) == 0);

struct Shared {
  unsigned long long keys[kMaxCandidates];  // 32 KB
  unsigned histogram[256];
  unsigned alive[kWords];
  unsigned total;
  unsigned taken;
  unsigned digit;
  unsigned wanted;
};

struct Slot {
  const std::uint64_t* keys;
  const Box* boxes;
  const std::int32_t* classes;
  unsigned anchors;
};

__device__ unsigned count_candidates(const Slot& slot, Shared& shared) {
  if (threadIdx.x == 0) shared.total = 0;
  __syncthreads();
  unsigned own = 0;
  for (unsigned i = threadIdx.x; i < slot.anchors; i += kThreads) own += slot.keys[i] != 0 ? 1U : 0U;
  if (own != 0) atomicAdd(&shared.total, own);
  __syncthreads();
  return shared.total;
}

/// The kMaxCandidates-th largest key (keys differ), found a byte at a time from the top.
__device__ unsigned long long select_least(const Slot& slot, Shared& shared) {
  unsigned long long prefix = 0;
  if (threadIdx.x == 0) shared.wanted = kMaxCandidates;
  for (int shift = 56; shift >= 0; shift -= 8) {
    if (threadIdx.x < 256) shared.histogram[threadIdx.x] = 0;
    __syncthreads();
    for (unsigned i = threadIdx.x; i < slot.anchors; i += kThreads) {
      const unsigned long long key = slot.keys[i];
      const bool same = shift == 56 || (key >> (shift + 8)) == (prefix >> (shift + 8));
      if (same) atomicAdd(&shared.histogram[(key >> shift) & 255U], 1U);
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      unsigned digit = 255;
      while (digit > 0 && shared.histogram[digit] < shared.wanted) shared.wanted -= shared.histogram[digit--];
      shared.digit = digit;
    }
    __syncthreads();
    prefix |= static_cast<unsigned long long>(shared.digit) << shift;
    __syncthreads();
  }
  return prefix;
}

/// Keys from `least` up into shared memory, in any order; returns how many.
__device__ unsigned compact(const Slot& slot, unsigned long long least, Shared& shared) {
  if (threadIdx.x == 0) shared.taken = 0;
  __syncthreads();
  for (unsigned i = threadIdx.x; i < slot.anchors; i += kThreads) {
    const unsigned long long key = slot.keys[i];
    if (key >= least) shared.keys[atomicAdd(&shared.taken, 1U)] = key;
  }
  __syncthreads();
  return shared.taken;
}

/// Bitonic sort, falling; fills up to a power of two with zeros. Keys differ, so the order is one.
__device__ void sort_falling(unsigned count, Shared& shared) {
  unsigned size = 1;
  while (size < count) size *= 2;
  for (unsigned i = count + threadIdx.x; i < size; i += kThreads) shared.keys[i] = 0;
  __syncthreads();
  for (unsigned run = 2; run <= size; run *= 2) {
    for (unsigned step = run / 2; step > 0; step /= 2) {
      for (unsigned i = threadIdx.x; i < size; i += kThreads) {
        const unsigned other = i ^ step;
        if (other <= i) continue;
        const bool falling = (i & run) == 0;
        const unsigned long long a = shared.keys[i];
        const unsigned long long b = shared.keys[other];
        if ((a < b) == falling) {
          shared.keys[i] = b;
          shared.keys[other] = a;
        }
      }
      __syncthreads();
    }
  }
}

/// The first candidate at or after `from` that is still alive; `count` when there is none.
__device__ unsigned next_alive(const Shared& shared, unsigned from, unsigned count) {
  if (from >= count) return count;
  unsigned word = from / 32;
  unsigned bits = shared.alive[word] & (~0U << (from % 32));
  while (bits == 0 && ++word < kWords) bits = shared.alive[word];
  return bits == 0 ? count : word * 32 + static_cast<unsigned>(__ffs(static_cast<int>(bits))) - 1;
}

__device__ Detection detection_at(const Slot& slot, const Shared& shared, unsigned index) {
  const unsigned long long key = shared.keys[index];
  const unsigned anchor = lyn::anchor_of_key(key);
  return {slot.boxes[anchor], slot.classes[anchor], lyn::score_of_key(key)};
}

__device__ void keep_greedily(const NmsArgs& args, const Slot& slot, unsigned count, Shared& shared) {
  SlotBoxes& result = args.results.host_view()[blockIdx.y];
  MoreBoxes& more = args.more.host_view()[blockIdx.y];
  Detection own[kPerThread];
  bool alive[kPerThread];
#pragma unroll
  for (unsigned k = 0; k < kPerThread; ++k) {
    const unsigned index = k * kThreads + threadIdx.x;
    alive[k] = index < count;
    if (alive[k]) own[k] = detection_at(slot, shared, index);
  }
  for (unsigned word = threadIdx.x; word < kWords; word += kThreads) {
    const unsigned first = word * 32;
    shared.alive[word] = first + 32 <= count ? ~0U : (first < count ? (1U << (count - first)) - 1U : 0U);
  }
  unsigned pick = 0;
  int kept = 0;
  for (;; ++pick) {
    __syncthreads();
    pick = next_alive(shared, pick, count);
    if (pick >= count || kept == kMaxBoxes) break;
    const Detection best = detection_at(slot, shared, pick);
    if (threadIdx.x == 0) {
      lyn::store_box(result, more, kept, best);
      lyn::store_anchor(args, static_cast<int>(blockIdx.y), kept, lyn::anchor_of_key(shared.keys[pick]));
    }
    ++kept;
    __syncthreads();
#pragma unroll
    for (unsigned k = 0; k < kPerThread; ++k) {
      const unsigned index = k * kThreads + threadIdx.x;
      if (!alive[k] || index <= pick || own[k].class_id != best.class_id) continue;
      if (!lyn::overlaps_more(best.box, own[k].box, args.threshold)) continue;
      alive[k] = false;
      atomicAnd(&shared.alive[index / 32], ~(1U << (index % 32)));
    }
  }
  if (threadIdx.x == 0) result.count = kept;
}

}  // namespace

extern "C" __global__ void __launch_bounds__(lyn::kNmsThreads) lyn_nms(NmsArgs args) {
  __shared__ Shared shared;
  const auto anchors = static_cast<unsigned>(args.candidates.anchors);
  const std::size_t first = static_cast<std::size_t>(anchors) * blockIdx.y;
  const Slot slot{args.candidates.keys.host_view() + first, args.candidates.boxes.host_view() + first,
                  args.candidates.classes.host_view() + first, anchors};
  const unsigned total = count_candidates(slot, shared);
  if (threadIdx.x == 0) args.results.host_view()[blockIdx.y].candidates = static_cast<std::int32_t>(total);
  const unsigned long long least = total > kMaxCandidates ? select_least(slot, shared) : 1ULL;
  const unsigned count = compact(slot, least, shared);
  sort_falling(count, shared);
  keep_greedily(args, slot, count, shared);
}
