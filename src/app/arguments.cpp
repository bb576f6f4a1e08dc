#include "app/arguments.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstring>
#include <iostream>

#include "core/secret.h"
#include "core/version.h"

namespace lyn {

namespace {

constexpr int kUsage = 2;

/// For durations. CLI11's own check would print the largest double with all its digits.
const CLI::Validator kMoreThanZero(
    [](std::string& text) {
      double value = 0;
      const bool good = CLI::detail::lexical_cast(text, value) && value > 0 && std::isfinite(value);
      return good ? std::string() : "\"" + text + "\" is not a number of seconds above 0";
    },
    "");

void describe_run(CLI::App& app, RunArguments& run) {
  app.add_option("config", run.config, "configuration file (YAML)")->type_name("CONFIG.yaml");
  app.add_option("-s,--source", run.sources,
                 "a file, folder of pictures or URL, with a name in front if wanted; may be repeated")
      ->type_name("[NAME=]SOURCE")
      ->take_all()
      ->expected(1);
  app.add_option("--source-file", run.source_files, "a file with one source a line: keeps passwords out of `ps`")
      ->type_name("FILE")
      ->take_all()
      ->expected(1);
  app.add_option("-m,--model", run.model, "model card (YAML), motion: what moves, or none: decode and letterbox only")
      ->type_name("CARD|motion|none");
  app.add_option("-d,--device", run.device, "cpu (default), cuda, cuda:N, cuda:N,M or cuda:all")->type_name("DEVICE");
  app.add_option("-o,--out", run.out, "annotated video, MP4 or Matroska (.mkv); {camera} stands for the camera's id")
      ->type_name("F.mp4");
  app.add_option("--detections", run.detections, "detections as JSON lines; - is stdout")->type_name("F.jsonl");
  app.add_option("--mot", run.mot, "tracks in MOTChallenge's format")->type_name("F.txt");
  app.add_option("--seconds", run.seconds, "stop after so long")->check(kMoreThanZero)->type_name("N");
  app.add_flag("--loop", run.loop, "start files over at their end");
  app.add_flag("--realtime", run.realtime, "play files at their own pace, as a camera would");
  app.add_flag("--strict", run.strict, "end with exit code 4 on the first violation");
  app.add_flag("--deterministic", run.deterministic, "fixed batches: the same output every time");
  app.add_option("--set", run.set, "set one configuration key; may be repeated")
      ->type_name("a.b=VALUE")
      ->take_all()
      ->expected(1);
  app.add_flag("--json", run.json, "print the summary as JSON");
  app.add_option("--summary", run.summary, "write the summary as JSON to a file")->type_name("F.json");
}

void describe_model(CLI::App& app, ModelArguments& model) {
  app.require_subcommand(1);
  auto* add = app.add_subcommand("add", "write a card for an ONNX file, guessed from the graph");
  add->add_option("onnx", model.path)->required()->type_name("MODEL.onnx");
  add->add_option("--head", model.head, "how its outputs become boxes, where the guess is wrong");
  add->add_option("--labels", model.labels, "a file with one label a line")->type_name("FILE");
  add->add_option("--licence", model.licence, "of the weights");
  add->add_option("--out", model.out, "the card (default: beside the graph)")->type_name("CARD.yaml");
  add->add_flag("--force", model.force, "write over a card that is there");
  add->callback([&model] { model.action = ModelArguments::Action::add; });
  auto* test = app.add_subcommand("test", "run a model on one picture and draw what it finds");
  test->add_option("card", model.path)->required()->type_name("CARD.yaml");
  test->add_option("image", model.image, "a picture, or a video: its first frame")->required()->type_name("IMAGE");
  test->add_option("-o,--out", model.out, "the picture to write (default: IMAGE's name with .detections.jpg)")
      ->type_name("F.jpg");
  test->add_option("--score", model.score, "least score to show")->check(CLI::Range(0.0, 1.0))->capture_default_str();
  test->callback([&model] { model.action = ModelArguments::Action::test; });
  auto* build =
      app.add_subcommand("build", "have TensorRT compile a model ahead of a run with detector.engine: tensorrt");
  build->add_option("card", model.path)->required()->type_name("CARD.yaml");
  build->add_option("--device", model.device, "cuda, cuda:1, cuda:0,1 or cuda:all")->capture_default_str();
  build->add_option("--batch", model.batch, "detector.batch.size of the run")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  build->add_flag("--fp16", model.fp16, "detector.precision: fp16");
  build->add_option("--state-dir", model.state_dir, "state_dir of the run, where engines are kept")
      ->type_name("FOLDER");
  build->callback([&model] { model.action = ModelArguments::Action::build; });
  auto* list = app.add_subcommand("list", "the cards in a folder");
  list->add_option("folder", model.path, "default: the models that ship with Lynceus")->type_name("FOLDER");
  list->callback([&model] { model.action = ModelArguments::Action::list; });
}

void describe_migrate(CLI::App& app, ConfigArguments& config) {
  auto* migrate = app.add_subcommand("migrate", "take over the JSON configuration of the application before Lynceus");
  migrate->add_option("file", config.file)->required()->type_name("OLD.json");
  migrate->add_option("-o,--out", config.out, "the new configuration (default: stdout)")->type_name("NEW.yaml");
  migrate->add_flag("--json", config.json, "what became of each key as JSON on stdout");
  migrate->callback([&config] { config.action = ConfigArguments::Action::migrate; });
}

/// What CLI11 leaves in its exceptions, as one line with the remedy.
int refuse(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* where = &app;
  for (const CLI::App* sub : app.get_subcommands()) where = sub;
  std::string command = "lynceus";
  if (where != &app) command += " " + where->get_name();
  std::cerr << "lynceus: " << error.what() << "; see `" << command << " --help`\n";
  return kUsage;
}

}  // namespace

Arguments parse_arguments(int argc, char** argv) {
  CLI::App app{"Lynceus turns camera streams into detections, tracks and annotated video.", "lynceus"};
  app.set_version_flag("--version", std::string("lynceus ") + kVersion);
  app.require_subcommand(0, 1);
  RunArguments run;
  DemoArguments demo;
  ProbeArguments probe;
  DoctorArguments doctor;
  ConfigArguments config;
  ModelArguments model;

  auto* run_app = app.add_subcommand("run", "detect and track on cameras or files");
  describe_run(*run_app, run);
  auto* demo_app = app.add_subcommand("demo", "the whole pipeline on the sample cameras");
  demo_app->add_option("--seconds", demo.seconds, "stop after so long (default 60, or until Ctrl-C on a terminal)")
      ->check(kMoreThanZero);
  demo_app->add_option("-d,--device", demo.device, "cpu (default), cuda, cuda:N, cuda:N,M or cuda:all");
  demo_app->add_option("--out", demo.out, "folder for the results")->capture_default_str();
  auto* probe_app = app.add_subcommand("probe", "what a source is");
  probe_app
      ->add_option("source", probe.source,
                   "a file, folder of pictures, camera or URL; v4l2: lists the cameras of this machine")
      ->required();
  probe_app->add_flag("--json", probe.json, "as JSON");
  auto* doctor_app = app.add_subcommand("doctor", "what this machine can do, and why not");
  doctor_app->add_flag("--json", doctor.json, "as JSON");
  auto* config_app = app.add_subcommand("config", "check, show and migrate configuration files");
  config_app->require_subcommand(1);
  auto* check_app = config_app->add_subcommand("check", "say what is wrong with a configuration");
  check_app->add_option("file", config.file)->required()->type_name("CONFIG.yaml");
  auto* show_app = config_app->add_subcommand("show", "print a configuration with its defaults, secrets hidden");
  show_app->add_option("file", config.file)->required()->type_name("CONFIG.yaml");
  auto* setup_app = app.add_subcommand("setup", "`./lynceus setup gpu` in the source tree brings the GPU libraries");
  setup_app->allow_extras();
  auto* schema_app = config_app->add_subcommand("schema", "print the JSON Schema of the format");
  describe_migrate(*config_app, config);
  auto* model_app = app.add_subcommand("model", "add, try and list models");
  describe_model(*model_app, model);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {
    return Answered{app.exit(wanted)};
  } catch (const CLI::ParseError& error) {
    return Answered{refuse(app, error)};
  }
  if (*run_app) return run;
  if (*demo_app) return demo;
  if (*probe_app) return probe;
  if (*doctor_app) return doctor;
  if (*setup_app) {
    std::cerr << "lynceus: setup is done before there is a program; run ./lynceus setup gpu in the source tree\n";
    return Answered{kUsage};
  }
  if (*config_app) {
    if (*show_app) config.action = ConfigArguments::Action::show;
    if (*schema_app) config.action = ConfigArguments::Action::schema;
    return config;
  }
  if (*model_app) return model;
  std::cout << app.help();
  return Answered{kUsage};
}

void hide_secrets_in(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string shown = redact(argv[i]);
    const std::size_t length = std::strlen(argv[i]);
    if (shown == argv[i]) continue;
    std::memset(argv[i], 0, length);
    std::memcpy(argv[i], shown.data(), std::min(shown.size(), length));
  }
}

}  // namespace lyn
