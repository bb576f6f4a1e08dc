// The driver's functions for streams, events, kernels and graphs.
#include <cstring>

#include "cusim/driver/kernels.h"
#include "cusim/driver/machine.h"
#include "cusim/driver/streams.h"

using cusim::Call;
using cusim::Does;
using cusim::Kind;
using cusim::result;
namespace code = lyn::cuda::result;

struct CUmod_st {};

/// Work that was captured; what is launched holds a copy of it.
namespace lyn::cuda {
struct CUgraph_st {
  std::vector<std::function<void()>> steps;
};
struct CUgraphExec_st {
  std::vector<std::function<void()>> steps;
};
}  // namespace lyn::cuda

namespace {

constexpr unsigned kMostThreads = 1024;  // of a block

/// Does the work before an event. True when there was any left.
bool reach(const CUevent_st& event) {
  if (event.stream == nullptr || event.stream->done >= event.at) return false;
  cusim::work_up_to(*event.stream, event.at);
  return true;
}

}  // namespace

extern "C" {

CUresult cuStreamCreateWithPriority(CUstream* stream, unsigned flags, int /*priority*/) {
  Call call("cuStreamCreateWithPriority", Does::allocates);
  if (!call) return call.answer();
  if (flags != CU_STREAM_NON_BLOCKING) return call.refuse("a stream that waits for the default stream");
  *stream = cusim::new_stream(call.gpu().gpu);
  call.makes(Kind::stream, *stream);
  return CUDA_SUCCESS;
}

/// Its work is done all the same.
CUresult cuStreamDestroy_v2(CUstream stream) {
  Call call("cuStreamDestroy", Does::gives_back);
  (void)call.gives_back(Kind::stream, stream);
  return call.answer();
}

CUresult cuStreamSynchronize(CUstream stream) {
  Call call("cuStreamSynchronize");
  if (!call || !call.uses(Kind::stream, stream)) return call.answer();
  cusim::work_up_to(*stream, stream->asked);
  return call.gpu().lost;
}

CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned) {
  Call call("cuStreamWaitEvent");
  if (!call || !call.uses(Kind::stream, stream) || !call.uses(Kind::event, event)) return call.answer();
  cusim::queue(*stream, [place = *event] { reach(place); });
  return CUDA_SUCCESS;
}

CUresult cuEventCreate(CUevent* event, unsigned) {
  Call call("cuEventCreate", Does::allocates);
  if (!call) return call.answer();
  *event = cusim::new_event(call.gpu().gpu);
  call.makes(Kind::event, *event);
  return CUDA_SUCCESS;
}

CUresult cuEventDestroy_v2(CUevent event) {
  Call call("cuEventDestroy", Does::gives_back);
  (void)call.gives_back(Kind::event, event);
  return call.answer();
}

CUresult cuEventRecord(CUevent event, CUstream stream) {
  Call call("cuEventRecord");
  if (!call || !call.uses(Kind::event, event) || !call.uses(Kind::stream, stream)) return call.answer();
  event->stream = stream;
  event->at = stream->asked;
  return CUDA_SUCCESS;
}

/// Says "not ready" once where there is work left, and does it: whoever asks often enough gets through.
CUresult cuEventQuery(CUevent event) {
  Call call("cuEventQuery");
  if (!call || !call.uses(Kind::event, event)) return call.answer();
  const bool early = reach(*event);
  if (call.gpu().lost != CUDA_SUCCESS) return call.gpu().lost;
  return early ? CUDA_ERROR_NOT_READY : CUDA_SUCCESS;
}

CUresult cuEventSynchronize(CUevent event) {
  Call call("cuEventSynchronize");
  if (!call || !call.uses(Kind::event, event)) return call.answer();
  reach(*event);
  return call.gpu().lost;
}

CUresult cuModuleLoadData(CUmodule* module, const void* image) {
  Call call("cuModuleLoadData", Does::allocates);
  if (!call) return call.answer();
  if (std::strncmp(static_cast<const char*>(image), cusim::kImageMark, sizeof cusim::kImageMark) != 0)
    return result(code::kNoBinaryForGpu);
  *module = new CUmod_st;
  call.makes(Kind::module, *module);
  return CUDA_SUCCESS;
}

CUresult cuModuleUnload(CUmodule module) {
  Call call("cuModuleUnload", Does::gives_back);
  if (call.gives_back(Kind::module, module)) delete module;
  return call.answer();
}

CUresult cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  Call call("cuModuleGetFunction");
  if (!call || !call.uses(Kind::module, module)) return call.answer();
  *function = cusim::find_kernel(name);
  return *function == nullptr ? result(code::kNotFound) : CUDA_SUCCESS;
}

CUresult cuLaunchKernel(CUfunction function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                        unsigned block_y, unsigned block_z, unsigned, CUstream stream, void** parameters, void**) {
  Call call("cuLaunchKernel");
  if (!call || !call.uses(Kind::stream, stream)) return call.answer();
  const lyn::Grid blocks{grid_x, grid_y, grid_z};
  const lyn::Grid block{block_x, block_y, block_z};
  if (block_x * block_y * block_z - 1 >= kMostThreads) return call.refuse("a block of no or too many threads");
  if (grid_x == 0 || grid_y == 0 || grid_z == 0 || grid_y > 65535 || grid_z > 65535) return call.refuse("no such grid");
  const auto* args = static_cast<const std::byte*>(parameters[0]);
  std::vector<std::byte> copy(args, args + function->args_bytes);
  cusim::queue(*stream,
               [function, blocks, block, copy = std::move(copy)] { function->run(copy.data(), blocks, block); });
  return CUDA_SUCCESS;
}

CUresult cuStreamBeginCapture_v2(CUstream stream, int) {
  Call call("cuStreamBeginCapture", Does::allocates);
  if (!call || !call.uses(Kind::stream, stream)) return call.answer();
  if (stream->captured != nullptr) return call.refuse("it is capturing already");
  stream->captured = new std::vector<std::function<void()>>;
  return CUDA_SUCCESS;
}

CUresult cuStreamEndCapture(CUstream stream, lyn::cuda::Graph* graph) {
  Call call("cuStreamEndCapture");
  if (!call || !call.uses(Kind::stream, stream)) return call.answer();
  if (stream->captured == nullptr) return call.refuse("it is not capturing");
  *graph = new lyn::cuda::CUgraph_st{std::move(*stream->captured)};
  delete std::exchange(stream->captured, nullptr);
  call.makes(Kind::graph, *graph);
  return CUDA_SUCCESS;
}

CUresult cuGraphInstantiateWithFlags(lyn::cuda::GraphExec* exec, lyn::cuda::Graph graph, unsigned long long) {
  Call call("cuGraphInstantiate", Does::allocates);
  if (!call || !call.uses(Kind::graph, graph)) return call.answer();
  *exec = new lyn::cuda::CUgraphExec_st{graph->steps};
  call.makes(Kind::graph_exec, *exec);
  return CUDA_SUCCESS;
}

CUresult cuGraphLaunch(lyn::cuda::GraphExec exec, CUstream stream) {
  Call call("cuGraphLaunch");
  if (!call || !call.uses(Kind::graph_exec, exec) || !call.uses(Kind::stream, stream)) return call.answer();
  for (const auto& step : exec->steps) cusim::queue(*stream, step);
  return CUDA_SUCCESS;
}

CUresult cuGraphDestroy(lyn::cuda::Graph graph) {
  Call call("cuGraphDestroy", Does::gives_back);
  if (call.gives_back(Kind::graph, graph)) delete graph;
  return call.answer();
}

CUresult cuGraphExecDestroy(lyn::cuda::GraphExec exec) {
  Call call("cuGraphExecDestroy", Does::gives_back);
  if (call.gives_back(Kind::graph_exec, exec)) delete exec;
  return call.answer();
}

}  // extern "C"
