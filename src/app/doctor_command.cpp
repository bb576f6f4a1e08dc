#include <sys/utsname.h>

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "app/assets.h"
#include "app/commands.h"
#include "app/findings.h"
#include "core/version.h"
#include "stages/decode/codecs.h"
#include "stages/infer/runtime.h"
#include "stages/overlay/font.h"

namespace lyn {

namespace {

Finding machine() {
  utsname name{};
  uname(&name);
  return {"machine", true,
          std::string(name.sysname) + " " + name.release + " " + name.machine + ", " +
              std::to_string(std::thread::hardware_concurrency()) + " processors",
          ""};
}

Finding font() {
  const auto opened = Font::open("");
  return opened ? Finding{"font", true, kDefaultFont, ""}
                : Finding{"font", false, opened.error().what, opened.error().remedy};
}

Finding asset(const char* what, const std::string& name, const char* remedy) {
  const auto found = find_asset(name);
  return found ? Finding{what, true, found->string(), ""} : Finding{what, false, name + " was not found", remedy};
}

std::vector<Finding> examine() {
  std::vector<Finding> findings{machine(), {"device cpu", true, "usable: the reference, needs no GPU", ""}};
  add_cuda_findings(findings);
  findings.push_back({"decode on cpu", true, software_decoders(), ""});
  findings.push_back({"inference", true, inference_runtime(), ""});
  findings.push_back(font());
  findings.push_back(asset("default model", "models/yolox_nano.yaml", "name a card with --model"));
  findings.push_back(asset("samples", "samples/car-detection.mp4", "run the demo from the project's folder"));
  return findings;
}

}  // namespace

int doctor_command(const DoctorArguments& arguments) {
  const std::vector<Finding> findings = examine();
  if (arguments.json) {
    nlohmann::ordered_json json{{"version", kVersion}, {"findings", nlohmann::ordered_json::array()}};
    for (const Finding& f : findings) {
      json["findings"].push_back({{"name", f.name}, {"good", f.good}, {"says", f.says}, {"remedy", f.remedy}});
    }
    std::cout << json.dump(2) << '\n';
    return 0;
  }
  std::printf("lynceus %s\n", kVersion);
  for (const Finding& f : findings) {
    std::printf("%-3s %-16s %s\n", f.good ? "ok" : "-", f.name.c_str(), f.says.c_str());
    if (!f.remedy.empty()) std::printf("%-20s remedy: %s\n", "", f.remedy.c_str());
  }
  return 0;
}

}  // namespace lyn
