#include <algorithm>
#include <array>

#include "config/migrate_draft.h"

namespace lyn::config {
namespace {

/// A key that becomes no key: what it asked for holds anyway when it says `holds_at`, else it is dropped.
struct Stated {
  std::string_view key;
  std::string_view holds_at;  ///< "true" or "false"; empty: never
  std::string_view why;
};

constexpr std::string_view kLog = "the log is lines on stderr, from info up; a service's journal keeps them";
constexpr std::string_view kOneProcess = "one process with one lane a camera is the only way it runs";
constexpr std::string_view kNoFallback =
    "nothing ever falls back to another device: what cannot run is refused at start";
constexpr std::string_view kOnDevice = "everything between decoder and encoder is on the run's device";
constexpr std::string_view kQueues =
    "queues have small fixed bounds; live cameras drop their oldest frames, counted by reason";
constexpr std::string_view kPool = "one pool of device memory grows in warm-up and then never again";
constexpr std::string_view kMeasured = "every stage is always measured; the summary has it";
constexpr std::string_view kThreads = "one thread a camera and one a model, which wait without polling";
constexpr std::string_view kDeepStream = "there is no DeepStream in it";
constexpr std::string_view kOwnSize = "pictures keep the size and the rate that the camera sends";
constexpr std::string_view kByteTrack = "ByteTrack runs as published, on the frames' own times";
constexpr std::string_view kEngines = "TensorRT's engines are made from the model and kept in state_dir";
constexpr std::string_view kOneModel = "a camera has one detector; detector.model of a camera overrides it";
constexpr std::string_view kLooks = "how boxes, labels and trails look is not a setting";
constexpr std::string_view kDrawn = "drawn in outputs.video where the model has it";
constexpr std::string_view kNotDrawn = "is not drawn";
constexpr std::string_view kEncoder = "the encoder's quality is fixed; outputs.preset trades its speed against size";
constexpr std::string_view kNoServer = "there is no server to configure yet";

constexpr std::array kStated = std::to_array<Stated>({
    {"app.APP_NAME", "", "a run has no name"},
    {"app.VERSION", "", "the program's own version stands in the summary"},
    {"app.START_TIME", "", "was never a setting"},
    {"app.LOG_LEVEL", "", kLog},
    {"app.LOG_FILE", "", kLog},
    {"app.DEBUG", "false", kLog},
    {"app.ENABLE_DEBUG_LOGGING", "false", kLog},
    {"app.PERFORMANCE_MODE", "true", "there is no slower mode"},
    {"cameras.CAMERA_WIDTH", "", kOwnSize},
    {"cameras.CAMERA_HEIGHT", "", kOwnSize},
    {"cameras.FRAME_RATE", "", kOwnSize},
    {"processing.ENABLE_PROCESSING", "true", "detector.model: none decodes without looking for anything"},
    {"processing.ENABLE_THREADING", "true", kThreads},
    {"processing.ENABLE_MULTIPROCESSING", "false", kOneProcess},
    {"processing.ENABLE_DECOUPLED_PIPELINE", "false", kOneProcess},
    {"processing.USE_UNIFIED_GPU_PIPELINE", "true", kOneProcess},
    {"processing.ENABLE_PIPELINE_VALIDATION", "true", "every start checks the whole configuration"},
    {"processing.UNIFIED_PIPELINE_THREADS", "", kThreads},
    {"processing.PIPELINE_QUEUE_TIMEOUT_MS", "", kThreads},
    {"processing.USE_THREAD_AFFINITY", "", kThreads},
    {"processing.THREAD_PRIORITY", "", kThreads},
    {"processing.DECODER_THREAD_PRIORITY", "", kThreads},
    {"processing.MAX_QUEUE_SIZE", "", kQueues},
    {"processing.NVDEC_BUFFER_SIZE", "", kQueues},
    {"processing.GPU_READER_QUEUE_SIZE", "", kQueues},
    {"processing.GPU_READER_MAX_CONSECUTIVE_FAILURES", "", "a lost camera is tried again for as long as the run lasts"},
    {"processing.AUTO_FRAME_SKIP", "true", kQueues},
    {"processing.TARGET_FPS", "", "each frame is inferred; detector.every thins them out"},
    {"processing.ENABLE_PROFILING", "true", kMeasured},
    {"processing.PROFILING_SAMPLING_RATE", "", kMeasured},
    {"processing.MEMORY_MONITORING_ENABLED", "true", kMeasured},
    {"processing.PERFORMANCE_ALERTS_ENABLED", "", "nothing raises alarms yet; the summary has latencies and drops"},
    {"processing.ENABLE_NVDEC", "true", "on cuda NVDEC decodes, on cpu FFmpeg"},
    {"processing.USE_LEGACY_NVDEC_READER", "false", "there is one reader"},
    {"processing.NVDEC_FALLBACK_TO_CPU", "false", kNoFallback},
    {"processing.ENABLE_GPU_PREPROCESSING", "true", kOnDevice},
    {"processing.GPU_PREPROCESSING_DEVICE", "", kOnDevice},
    {"processing.ENABLE_OPTIMIZED_PREPROCESSING", "false", kOnDevice},
    {"processing.PREPROCESSING_THREADS", "", kOnDevice},
    {"processing.PREPROCESSING_ALGORITHM", "", "one kernel resizes, bilinear, as the model's card says"},
    {"processing.ENABLE_DALI", "false", kOnDevice},
    {"processing.DALI_TARGET_WIDTH", "", "the model's card has the size of its input"},
    {"processing.DALI_TARGET_HEIGHT", "", "the model's card has the size of its input"},
    {"processing.ENABLE_MEMORY_POOLING", "true", kPool},
    {"processing.GPU_MEMORY_POOL_SIZE_MB", "", kPool},
    {"processing.GPU_MEMORY_DEFRAG_INTERVAL", "", kPool},
    {"processing.ENABLE_DEEPSTREAM", "false", kDeepStream},
    {"processing.DEEPSTREAM_SOURCE_LATENCY", "", kDeepStream},
    {"processing.DEEPSTREAM_MUX_BATCH_SIZE", "", kDeepStream},
    {"processing.DEEPSTREAM_MUX_SCALE_MODE", "", kDeepStream},
    {"processing.DEEPSTREAM_PREPROCESS_CONFIG", "", kDeepStream},
    {"processing.DEEPSTREAM_TRACKER_CONFIG", "", kDeepStream},
    {"processing.DEEPSTREAM_TRACKER_LIB", "", kDeepStream},
    {"processing.DEEPSTREAM_ENABLE_OSD", "", kDeepStream},
    {"models.FORCE_GPU_ONLY", "true", kNoFallback},
    {"models.CLASS_NAMES", "", "the model's card names its labels; `lynceus model add --labels` takes a file of them"},
    {"models.POSE_MODEL_PATH", "", kOneModel},
    {"models.SEGMENTATION_MODEL_PATH", "", kOneModel},
    {"models.ENABLE_SEGMENTATION", "false", kOneModel},
    {"models.REID_MODEL_PATH", "", "tracks go by position; there is no re-identification yet"},
    {"models.REID_ENGINE_PATH", "", "tracks go by position; there is no re-identification yet"},
    {"models.TRACE_PERSISTENCE_SECONDS", "", kLooks},
    {"models.TENSORRT_WORKSPACE_SIZE", "", kEngines},
    {"models.TENSORRT_MAX_BATCH_SIZE", "", "detector.batch.size is the one size of a batch"},
    {"models.DETECTION_ENGINE_PATH", "", kEngines},
    {"models.POSE_ENGINE_PATH", "", kEngines},
    {"models.SEGMENTATION_ENGINE_PATH", "", kEngines},
    {"models.WARM_UP_ITERATIONS", "", "each model is warmed up before the first frame"},
    {"models.ENABLE_DYNAMIC_SHAPES", "", "the graph says which of its shapes are free"},
    {"models.OPTIMIZE_FOR_INFERENCE", "true", "ONNX Runtime always does"},
    {"visualization.SHOW_DETECTIONS", "true", kDrawn},
    {"visualization.SHOW_DETECTION_BOXES", "true", kDrawn},
    {"visualization.SHOW_TRACKING", "true", kDrawn},
    {"visualization.SHOW_TRACKING_BOXES", "true", kDrawn},
    {"visualization.SHOW_TRACK_IDS", "true", kDrawn},
    {"visualization.SHOW_LABELS", "true", kDrawn},
    {"visualization.SHOW_CONFIDENCE", "true", kDrawn},
    {"visualization.SHOW_POSE", "true", kDrawn},
    {"visualization.SHOW_KEYPOINTS", "true", kDrawn},
    {"visualization.SHOW_SEGMENTATION", "true", kDrawn},
    {"visualization.SHOW_MASKS", "true", kDrawn},
    {"visualization.SHOW_TRAILS", "true", kDrawn},
    {"visualization.SHOW_TRACES", "true", kDrawn},
    {"visualization.SHOW_FPS", "false", kNotDrawn},
    {"visualization.TRACE_LENGTH", "", kLooks},
    {"visualization.TRAIL_LENGTH", "", kLooks},
    {"visualization.TRACE_THICKNESS", "", kLooks},
    {"visualization.BOX_THICKNESS", "", kLooks},
    {"visualization.TEXT_SCALE", "", kLooks},
    {"visualization.TEXT_THICKNESS", "", kLooks},
    {"visualization.KEYPOINT_RADIUS", "", kLooks},
    {"visualization.MASK_ALPHA", "", kLooks},
    {"visualization.USE_GPU_VISUALIZATION", "true", kOnDevice},
    {"visualization.USE_NATIVE_DEEPSTREAM_OSD", "false", kDeepStream},
    {"visualization.USE_NVENC", "", "the device's own encoder is taken"},
    {"visualization.NVENC_PRESET", "", kEncoder},
    {"visualization.NVENC_BITRATE", "", kEncoder},
    {"visualization.JPEG_QUALITY", "", kNoServer},
    {"output.VIDEO_FPS", "", "each picture keeps the time that its source gave it"},
    {"websocket.ENABLE_SERVER", "false", kNoServer},
    {"websocket.HOST", "", kNoServer},
    {"websocket.PORT", "", kNoServer},
    {"websocket.MAX_CLIENTS", "", kNoServer},
    {"websocket.JPEG_QUALITY", "", kNoServer},
    {"websocket.MAX_FPS", "", kNoServer},
    {"tracking.TRACK_THRESH", "", kByteTrack},
    {"tracking.TRACK_BUFFER", "", kByteTrack},
    {"tracking.MATCH_THRESH", "", kByteTrack},
    {"tracking.FRAME_RATE", "", kByteTrack},
    {"tracking.INACTIVE_THRESHOLD_SECONDS", "", kByteTrack},
    {"tracking.TRACE_PERSISTENCE_SECONDS", "", kLooks},
    {"tracking.USE_NATIVE_DEEPSTREAM_TRACKER", "false", kDeepStream},
});

}  // namespace

bool take_stated(MigrationDraft& draft, const std::string& key, const Json& value) {
  const auto* stated =
      std::find_if(kStated.begin(), kStated.end(), [&](const Stated& known) { return known.key == key; });
  if (stated == kStated.end()) return false;
  const bool holds = value.is_boolean() && stated->holds_at == (value.get<bool>() ? "true" : "false");
  if (holds)
    draft.keep(key, std::string(stated->why));
  else
    draft.drop(key, std::string(stated->why));
  return true;
}

}  // namespace lyn::config
