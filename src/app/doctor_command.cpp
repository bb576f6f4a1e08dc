#include <sys/utsname.h>

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "app/assets.h"
#include "app/commands.h"
#include "core/version.h"
#include "engine/backend.h"
#include "stages/decode/software_codecs.h"
#include "stages/infer/runtime_info.h"
#include "stages/overlay/font.h"

namespace lyn {

namespace {

using Json = nlohmann::ordered_json;

/// One finding: what was looked at, whether it is there, what it says, and what would help.
struct Finding {
  std::string name;
  bool good = true;
  std::string says;
  std::string remedy;
};

Finding machine() {
  utsname name{};
  uname(&name);
  return {"machine", true,
          std::string(name.sysname) + " " + name.release + " " + name.machine + ", " +
              std::to_string(std::thread::hardware_concurrency()) + " processors",
          ""};
}

Finding backend(const char* device) {
  const auto choice = choose_device(device);
  if (choice) return {std::string("device ") + device, true, "usable", ""};
  return {std::string("device ") + device, false, choice.error().what, choice.error().remedy};
}

Finding asset(const char* what, const std::string& name, const char* remedy) {
  const auto found = find_asset(name);
  return found ? Finding{what, true, found->string(), ""} : Finding{what, false, name + " was not found", remedy};
}

std::vector<Finding> examine() {
  std::vector<Finding> findings{machine(), backend("cpu"), backend("cuda")};
  findings.push_back({"decode on cpu", true, software_codecs_text(), ""});
  findings.push_back({"inference on cpu", true, inference_runtime_text(), ""});
  const auto font = find_font("");
  findings.push_back(font ? Finding{"font", true, *font, ""}
                          : Finding{"font", false, font.error().what, font.error().remedy});
  findings.push_back(asset("default model", "models/yolox_nano.yaml", "name a card with --model"));
  findings.push_back(asset("samples", "samples/car-detection.mp4", "run the demo from the project's folder"));
  return findings;
}

}  // namespace

int doctor_command(const DoctorArguments& arguments) {
  const std::vector<Finding> findings = examine();
  if (arguments.json) {
    Json json{{"version", kVersion}, {"findings", Json::array()}};
    for (const Finding& f : findings) {
      json["findings"].push_back({{"name", f.name}, {"good", f.good}, {"says", f.says}, {"remedy", f.remedy}});
    }
    std::cout << json.dump(2) << '\n';
    return 0;
  }
  std::printf("lynceus %s\n", kVersion);
  for (const Finding& f : findings) {
    std::printf("%-3s %-17s %s\n", f.good ? "ok" : "-", f.name.c_str(), f.says.c_str());
    if (!f.remedy.empty()) std::printf("%-21s remedy: %s\n", "", f.remedy.c_str());
  }
  return 0;
}

}  // namespace lyn
