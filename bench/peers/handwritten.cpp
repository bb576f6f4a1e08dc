// The loop that people write by hand: OpenCV reads and scales on the CPU, ONNX Runtime infers, OpenCV
// draws, libx264 writes H.264. Shares no code with Lynceus: it is a peer for speed and an independent
// reading of YOLOX for the agreement of detections.
//
//   handwritten VIDEO MODEL.onnx [--detections F.jsonl] [--out F.mp4] [--only decode|letterbox|model] [--threads N]
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>
#include <string>
#include <vector>

#include "x264_file.h"

namespace {

constexpr float kScore = 0.3F;
constexpr float kNms = 0.45F;

struct Arguments {
  std::string video;
  std::string model;
  std::string detections;
  std::string out;
  std::string only;
  int threads = 1;
};

struct Found {
  cv::Rect2f box;
  int label;
  float score;
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  if (argc < 3) {
    std::fputs("usage: handwritten VIDEO MODEL.onnx [--detections F] [--out F] [--only STEP] [--threads N]\n", stderr);
    std::exit(2);
  }
  arguments.video = argv[1];
  arguments.model = argv[2];
  for (int i = 3; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    const std::string value = argv[i + 1];
    if (flag == "--detections") arguments.detections = value;
    if (flag == "--out") arguments.out = value;
    if (flag == "--only") arguments.only = value;
    if (flag == "--threads") arguments.threads = std::atoi(value.c_str());
  }
  return arguments;
}

/// Picture at top left, padding of 114, BGR planes of floats 0..255.
float letterbox(const cv::Mat& picture, int side, std::vector<float>& blob) {
  const float ratio = std::min(static_cast<float>(side) / static_cast<float>(picture.cols),
                               static_cast<float>(side) / static_cast<float>(picture.rows));
  cv::Mat scaled;
  cv::resize(picture, scaled,
             cv::Size(static_cast<int>(static_cast<float>(picture.cols) * ratio),
                      static_cast<int>(static_cast<float>(picture.rows) * ratio)),
             0, 0, cv::INTER_LINEAR);
  cv::Mat padded(side, side, CV_8UC3, cv::Scalar(114, 114, 114));
  scaled.copyTo(padded(cv::Rect(0, 0, scaled.cols, scaled.rows)));
  const auto area = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  blob.resize(3 * area);
  std::array<cv::Mat, 3> planes;
  for (std::size_t c = 0; c < 3; ++c) planes[c] = cv::Mat(side, side, CV_32F, blob.data() + c * area);
  cv::Mat as_float;
  padded.convertTo(as_float, CV_32F);
  cv::split(as_float, planes.data());
  return ratio;
}

std::vector<Found> decode_output(const float* out, int side, int classes, float ratio) {
  std::vector<Found> found;
  for (const int stride : {8, 16, 32}) {
    const int cells = side / stride;
    for (int y = 0; y < cells; ++y) {
      for (int x = 0; x < cells; ++x, out += 5 + classes) {
        const float* best = std::max_element(out + 5, out + 5 + classes);
        const float score = out[4] * *best;
        if (score < kScore) continue;
        const float w = std::exp(out[2]) * static_cast<float>(stride) / ratio;
        const float h = std::exp(out[3]) * static_cast<float>(stride) / ratio;
        const float cx = (out[0] + static_cast<float>(x)) * static_cast<float>(stride) / ratio;
        const float cy = (out[1] + static_cast<float>(y)) * static_cast<float>(stride) / ratio;
        found.push_back({{cx - w / 2, cy - h / 2, w, h}, static_cast<int>(best - out) - 5, score});
      }
    }
  }
  return found;
}

std::vector<Found> suppress(std::vector<Found> found) {
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.score > b.score; });
  std::vector<Found> kept;
  for (const Found& candidate : found) {
    const bool covered = std::any_of(kept.begin(), kept.end(), [&](const Found& k) {
      const float both = (k.box & candidate.box).area();
      return k.label == candidate.label && both / (k.box.area() + candidate.box.area() - both) > kNms;
    });
    if (!covered) kept.push_back(candidate);
  }
  return kept;
}

void draw(cv::Mat& picture, const std::vector<Found>& found) {
  for (const Found& f : found) {
    cv::rectangle(picture, f.box, cv::Scalar(0, 200, 255), 2);
    cv::putText(picture, std::to_string(f.label) + " " + std::to_string(f.score).substr(0, 4),
                cv::Point(static_cast<int>(f.box.x), static_cast<int>(f.box.y) - 4), cv::FONT_HERSHEY_SIMPLEX, 0.5,
                cv::Scalar(0, 200, 255), 1);
  }
}

void write_line(std::ofstream& file, long frame, const cv::Mat& picture, const std::vector<Found>& found) {
  file << "{\"frame\":" << frame << ",\"detections\":[";
  for (std::size_t i = 0; i < found.size(); ++i) {
    const cv::Rect2f box =
        found[i].box & cv::Rect2f(0, 0, static_cast<float>(picture.cols), static_cast<float>(picture.rows));
    file << (i > 0 ? "," : "") << "{\"box\":[" << box.x << "," << box.y << "," << box.x + box.width << ","
         << box.y + box.height << "],\"class\":" << found[i].label << ",\"score\":" << found[i].score << "}";
  }
  file << "]}\n";
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  // One thread a codec, like the other side; x264 as fast as it goes.
  const std::string threads = std::to_string(arguments.threads);
  setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", ("threads;" + threads).c_str(), 1);
  cv::setNumThreads(arguments.threads);

  cv::VideoCapture capture(arguments.video, cv::CAP_FFMPEG);
  if (!capture.isOpened()) return 3;
  Ort::Env env(ORT_LOGGING_LEVEL_WARNING, "handwritten");
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(arguments.threads);
  Ort::Session session(env, arguments.model.c_str(), options);
  const auto shape = session.GetInputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape();
  const int side = static_cast<int>(shape[2]);
  const Ort::MemoryInfo memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  Ort::AllocatorWithDefaultOptions allocator;
  const auto input_name = session.GetInputNameAllocated(0, allocator);
  const auto output_name = session.GetOutputNameAllocated(0, allocator);

  std::ofstream lines;
  if (!arguments.detections.empty()) lines.open(arguments.detections);
  X264File writer;
  cv::Mat picture;
  std::vector<float> blob;
  long frames = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (; capture.read(picture); ++frames) {
    if (arguments.only == "decode") continue;
    const float ratio = letterbox(picture, arguments.only == "letterbox" ? 640 : side, blob);
    if (arguments.only == "letterbox") continue;
    const std::array<std::int64_t, 4> dims{1, 3, side, side};
    const Ort::Value input =
        Ort::Value::CreateTensor<float>(memory, blob.data(), blob.size(), dims.data(), dims.size());
    const char* input_names[] = {input_name.get()};
    const char* output_names[] = {output_name.get()};
    const auto outputs = session.Run(Ort::RunOptions{nullptr}, input_names, &input, 1, output_names, 1);
    if (arguments.only == "model") continue;
    const int classes = static_cast<int>(outputs[0].GetTensorTypeAndShapeInfo().GetShape()[2]) - 5;
    const auto found = suppress(decode_output(outputs[0].GetTensorData<float>(), side, classes, ratio));
    if (lines.is_open()) write_line(lines, frames, picture, found);
    if (arguments.out.empty()) continue;
    draw(picture, found);
    if (!writer.is_open() &&
        !writer.open(arguments.out, picture.cols, picture.rows, capture.get(cv::CAP_PROP_FPS), arguments.threads)) {
      return 6;
    }
    writer.write(picture.data, static_cast<int>(picture.step));
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("{\"frames\":%ld,\"seconds\":%.3f}\n", frames, seconds);
  return 0;
}
