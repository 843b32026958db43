/*
 * A driver for sanitizers, without Node and OpenCV: random images in buffers of exactly their size, all options and
 * instruction sets, which must agree with each other; and cascades that are cut off or damaged at random, which must
 * load or be refused. See sanitize.ts.
 *
 * Usage: sanitize <cascade.xml> <cases> <seed>
 */
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "detector.h"
#include "instruction-set.h"
#include "loader.h"
#include "refusal.h"

namespace {

using cascade::DetectOptions;
using cascade::Detector;
using cascade::Model;
using cascade::Plane;
using cascade::Rectangle;
using cascade::Refusal;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int integer(int least, int most) { return std::uniform_int_distribution<int>(least, most)(engine_); }
  bool chance(int percent) { return integer(1, 100) <= percent; }

 private:
  std::mt19937 engine_;
};

bool areEqual(const std::vector<Rectangle>& a, const std::vector<Rectangle>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof a[0]) == 0);
}

/** A dark band on a light square passes more stages than noise does. */
void draw(std::vector<uint8_t>& pixels, int width, int stride, Random& random) {
  const int grey = random.integer(0, 255), noise = random.chance(30) ? 0 : random.integer(1, 128);
  const int side = random.integer(20, 200), left = random.integer(0, width), top = random.integer(0, 100);
  for (size_t i = 0; i < pixels.size(); i++) {
    const int x = static_cast<int>(i % stride) - left, y = static_cast<int>(i / stride) - top;
    const bool isFace = x > 0 && x < side && y > 0 && y < side, isEye = y > side / 4 && y < side / 2 && x != side / 2;
    const int level = isFace ? (isEye ? 60 : 190) : grey;
    pixels[i] = static_cast<uint8_t>(level + (noise ? random.integer(0, noise) : 0));
  }
}

/** One detector for each instruction set, with the model's first stages only, so that many windows pass all stages. */
std::vector<std::unique_ptr<Detector>> makeDetectors(Model model, size_t stages) {
  model.stages.resize(std::min(stages, model.stages.size()));
  std::vector<std::unique_ptr<Detector>> detectors;
  for (const auto& set : cascade::listInstructionSets())
    detectors.push_back(std::make_unique<Detector>(model, *set.kernels));
  return detectors;
}

int detectAtRandom(const Model& model, int cases, Random& random) {
  std::vector<std::vector<std::unique_ptr<Detector>>> depths;
  for (const size_t stages : {1, 2, 4, 8, 1000}) depths.push_back(makeDetectors(model, stages));
  size_t boxes = 0;
  for (int i = 0; i < cases; i++) {
    const bool isWide = random.chance(5);
    const int width = random.integer(1, isWide ? 3000 : 300), height = random.integer(1, isWide ? 60 : 300);
    const int stride = width + (random.chance(50) ? random.integer(0, 40) : 0);
    std::vector<uint8_t> pixels(static_cast<size_t>(height - 1) * stride + width);
    pixels.shrink_to_fit();
    draw(pixels, width, stride, random);
    const Plane image{pixels.data(), width, height, static_cast<size_t>(stride)};
    const int least = random.chance(50) ? 0 : random.integer(0, 150);
    const int most = random.chance(70) ? 0 : random.integer(0, 300);
    const double scaleFactor = 1.02 + random.integer(0, random.chance(80) ? 50 : 300) / 100.0;
    // Grouping takes time in the square of the number of windows.
    const int minNeighbors = width * height > 8000 || random.chance(50) ? 0 : random.integer(1, 5);
    const DetectOptions options{{scaleFactor, {least, least}, {most, most}}, minNeighbors};
    const auto& detectors = depths[random.integer(0, static_cast<int>(depths.size()) - 1)];
    const std::vector<Rectangle> expected = detectors[0]->detect(image, options);
    boxes += expected.size();
    for (size_t k = 1; k < detectors.size(); k++)
      if (!areEqual(detectors[k]->detect(image, options), expected)) {
        std::printf("case %d: instruction sets differ\n", i);
        return 1;
      }
  }
  std::printf("%d images, %zu boxes, all instruction sets agree\n", cases, boxes);
  return boxes > 0 ? 0 : 1;
}

void loadAtRandom(const std::string& xml, int cases, Random& random) {
  int refused = 0;
  for (int i = 0; i < cases; i++) {
    std::string damaged = xml;
    if (random.chance(20)) damaged.resize(random.integer(0, static_cast<int>(xml.size())));
    for (int n = random.integer(0, 5); n > 0 && !damaged.empty(); n--)
      damaged[random.integer(0, static_cast<int>(damaged.size()) - 1)] = "<>/!-0129. e_\0x"[random.integer(0, 14)];
    const std::unique_ptr<char[]> exact(new char[damaged.size()]);  // no end mark to stop a reader gone astray
    std::memcpy(exact.get(), damaged.data(), damaged.size());
    try {
      cascade::loadModel({exact.get(), damaged.size()});
    } catch (const Refusal&) {
      refused++;
    }
  }
  std::printf("%d damaged cascades, %d refused\n", cases, refused);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return std::fprintf(stderr, "usage: sanitize <cascade.xml> <cases> <seed>\n"), 2;
  std::ifstream file(arguments[1]);
  const std::string xml((std::istreambuf_iterator<char>(file)), {});
  const int cases = std::atoi(arguments[2]);
  Random random(static_cast<unsigned>(std::atoi(arguments[3])));
  const Model model = cascade::loadModel(xml);
  loadAtRandom(xml, cases / 10, random);
  return detectAtRandom(model, cases, random);
}
