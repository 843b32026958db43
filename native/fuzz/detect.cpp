/*
 * An entry for libFuzzer: the input is an image and the options of a detection. All instruction sets must agree, and
 * limits must end a detection. The macro FUZZ_CASCADE is the path of the cascade. See native/fuzz/fuzz.ts.
 */
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "detector.h"
#include "instruction-set.h"
#include "loader.h"

namespace {

std::vector<std::unique_ptr<cascade::Detector>> loadDetectors() {
  std::ifstream file(FUZZ_CASCADE);
  const std::string xml{std::istreambuf_iterator<char>(file), {}};
  cascade::Model model = cascade::loadModel(xml);
  model.stages.resize(4);  // So that windows pass.
  std::vector<std::unique_ptr<cascade::Detector>> detectors;
  for (const auto& set : cascade::listInstructionSets())
    detectors.push_back(std::make_unique<cascade::Detector>(model, *set.kernels));
  return detectors;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto detectors = loadDetectors();
  constexpr size_t kHeader = 6;
  if (size < kHeader + 1) return 0;
  const size_t count = size - kHeader;
  const int width = 1 + data[0] % 100;
  const size_t stride = width + data[1] % 8;
  if (count < static_cast<size_t>(width)) return 0;
  const int height = static_cast<int>((count - width) / stride) + 1;
  // A buffer of exactly the plane's size, so that a read beyond it is detected.
  const std::vector<uint8_t> pixels(data + kHeader, data + kHeader + (height - 1) * stride + width);
  const cascade::Plane plane{pixels.data(), width, height, stride};
  const int least = data[2] % 64;
  const cascade::DetectOptions options{{1.01 + data[3] / 128.0, {least, least}, {data[4], data[4]}}, data[5] % 8};
  cascade::WorkLimits limits;
  limits.maxRectangles = 20'000;

  std::vector<cascade::Rectangle> expected;
  bool isEnded = false;
  for (size_t i = 0; i < detectors.size(); i++) {
    std::vector<cascade::Rectangle> found;
    try {
      found = detectors[i]->detect(plane, options, limits);
    } catch (const cascade::LimitReached&) {
      if (i > 0 && !isEnded) abort();
      isEnded = true;
    }
    if (i == 0) expected = found;
    const bool isEqual = found.size() == expected.size() &&
                         (found.empty() || std::memcmp(found.data(), expected.data(), found.size() * sizeof found[0]) == 0);
    if (!isEqual) abort();
  }
  return 0;
}
