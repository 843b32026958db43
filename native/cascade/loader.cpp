#include "loader.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "refusal.h"
#include "xml.h"

namespace cascade {
namespace {

constexpr int kMaxWindowSide = 128;
// Sums of squares are converted to double as signed integers, so (side - 2)^2 * 255^2 must stay below 2^31.
constexpr int kMaxNormArea = 33'000;
constexpr int kMaxRectangles = 3;

struct Feature {
  Shape shape;
  std::array<Corner, kMaxCorners> corners;
};

// The corner weights of each shape, in the order in which the kernels expect the corners.
const std::vector<int> kShapeWeights[kShapes] = {
    {1, 1, -1, -1, 2, -2},
    {3, 3, -3, -3, 1, 1, -1, -1},
    {1, 1, 1, 1, 4, -2, -2, -2, -2},
    {-1, -1, -1, -1, -4, 2, 2, 2, 2},
};

Feature readFeature(const XmlElement& element, const Model& model) {
  const XmlElement& rectangles = element.get("rects");
  if (rectangles.children.size() > kMaxRectangles) throw Refusal("a feature has more than 3 rectangles");

  std::map<std::pair<int, int>, int> weights;  // by (y, x)
  double bound = 0;
  for (const XmlElement& rectangle : rectangles.children) {
    const std::vector<double> values = rectangle.numbers(5);
    for (const double value : values)
      if (value != std::floor(value)) throw Refusal("a feature's rectangle or weight is not an integer");
    const double right = values[0] + values[2], bottom = values[1] + values[3];
    if (values[0] < 0 || values[1] < 0 || values[2] < 1 || values[3] < 1 || right > model.windowWidth ||
        bottom > model.windowHeight)
      throw Refusal("a feature's rectangle leaves the window");
    bound += std::abs(values[4]) * values[2] * values[3] * 255;
    if (!(bound < 0x1p24)) throw Refusal("a feature's value may exceed 2^24");
    const int x = static_cast<int>(values[0]), y = static_cast<int>(values[1]);
    const int x1 = static_cast<int>(right), y1 = static_cast<int>(bottom), weight = static_cast<int>(values[4]);
    weights[{y, x}] += weight;
    weights[{y, x1}] -= weight;
    weights[{y1, x}] -= weight;
    weights[{y1, x1}] += weight;
  }
  /*
   * OpenCV computes a feature as a sum of float products weight * rectangle sum. By the bound above each product and
   * each partial sum is an integer below 2^24, which a float represents exactly: integer sums, in any order, followed
   * by one conversion give the same float.
   */
  std::multimap<int, Corner> corners;  // by weight
  for (const auto& [position, weight] : weights)
    if (weight != 0)
      corners.insert({weight, {static_cast<int16_t>(position.second), static_cast<int16_t>(position.first)}});

  for (int shape = 0; shape < kShapes; shape++) {
    if (kShapeWeights[shape].size() != corners.size()) continue;
    Feature feature{static_cast<Shape>(shape), {}};
    auto left = corners;
    int count = 0;
    for (const int weight : kShapeWeights[shape]) {
      const auto match = left.find(weight);
      if (match == left.end()) break;
      feature.corners[count++] = match->second;
      left.erase(match);
    }
    if (left.empty()) return feature;
  }
  throw Refusal("a feature has a shape that is not known here");
}

/** Reads a leaf value in units of 2^-38, which must be exact. */
int64_t readVote(double leaf) {
  const double units = std::ldexp(static_cast<double>(static_cast<float>(leaf)), kVoteBits);
  if (units != std::floor(units)) throw Refusal("a leaf value is not a multiple of 2^-38");
  if (!(std::abs(units) < std::ldexp(1.0, kMaxVoteSumBits))) throw Refusal("a leaf value is too large");
  return static_cast<int64_t>(units);
}

void readStage(const XmlElement& element, const std::vector<Feature>& features, Model& model) {
  std::vector<Stump> stumps;
  int64_t base = 0, magnitude = 0;
  for (const XmlElement& tree : element.get("weakClassifiers").children) {
    const std::vector<double> node = tree.get("internalNodes").numbers();  // left, right, feature, threshold
    if (node.size() > 4 && node.size() % 4 == 0) throw Refusal("its trees have more than one node");
    if (node.size() != 4) throw Refusal("a tree's node does not have 4 numbers");
    const std::vector<double> leaves = tree.get("leafValues").numbers(2);
    if (node[2] != std::floor(node[2]) || node[2] < 0 || node[2] >= static_cast<double>(features.size()))
      throw Refusal("a tree names a feature that does not exist");
    const Feature& feature = features[static_cast<size_t>(node[2])];
    const int64_t left = readVote(leaves[0]), right = readVote(leaves[1]);
    stumps.push_back({feature.shape, feature.corners, static_cast<float>(node[3]), left - right});
    base += right;
    magnitude += std::llabs(left) + 2 * std::llabs(right);
    // Leaves room for what the coarse forms lose by rounding down.
    if (magnitude + (int64_t{kMaxStumpsPerStage + 1} << kCoarseBits) >= int64_t{1} << kMaxVoteSumBits)
      throw Refusal("the leaf values of a stage are too large");
  }
  const int count = static_cast<int>(stumps.size());
  if (count == 0 || count > kMaxStumpsPerStage) throw Refusal("a stage has no trees or too many");

  // OpenCV subtracts in float, and rejects where the sum is less: sum >= ceil(threshold) in units is a pass.
  const float threshold = static_cast<float>(element.get("stageThreshold").numbers(1)[0]) - 1e-5f;
  const double thresholdUnits = std::ceil(std::ldexp(static_cast<double>(threshold), kVoteBits));
  if (!(std::abs(thresholdUnits) < std::ldexp(1.0, kMaxVoteSumBits))) throw Refusal("a stage's threshold is too large");
  const int64_t pass = static_cast<int64_t>(thresholdUnits);

  Stage stage{};
  constexpr int64_t kLowMask = (1 << kSplitBits) - 1;
  stage.highBase = static_cast<int32_t>(base >> kSplitBits);
  stage.lowBase = static_cast<int32_t>(base & kLowMask);
  stage.highThreshold = static_cast<int32_t>(pass >> kSplitBits);
  stage.lowThreshold = static_cast<int32_t>(pass & kLowMask);
  // Each of the count + 1 terms of a coarse sum was rounded down by less than one coarse unit, so
  // coarse <= sum / 2^16 < coarse + count + 1.
  stage.coarseBase = static_cast<int32_t>(base >> kCoarseBits);
  stage.coarsePass = static_cast<int32_t>((pass + (1 << kCoarseBits) - 1) >> kCoarseBits);
  stage.coarseReject = static_cast<int32_t>((pass >> kCoarseBits) - count);

  // The order of votes is free (see model.h), so runs of one shape spare the kernels a branch per stump.
  std::stable_sort(stumps.begin(), stumps.end(), [](const Stump& a, const Stump& b) { return a.shape < b.shape; });
  const int first = static_cast<int>(model.stumps.size());
  for (int shape = 0; shape <= kShapes; shape++)
    stage.shapeBegin[shape] = first + static_cast<int>(std::count_if(stumps.begin(), stumps.end(),
                                                                     [&](const Stump& s) { return s.shape < shape; }));
  model.stages.push_back(stage);
  model.stumps.insert(model.stumps.end(), stumps.begin(), stumps.end());
}

}  // namespace

Model loadModel(std::string_view xml) {
  const XmlElement storage = parseXml(xml);
  if (storage.name != "opencv_storage" || storage.children.empty()) throw Refusal("not an OpenCV storage");
  const XmlElement& root = storage.children.front();
  if (!root.find("stageType")) throw Refusal("not a cascade of OpenCV's current format");
  if (root.get("stageType").text != "BOOST") throw Refusal("its stages are not boosted");
  if (root.get("featureType").text != "HAAR") throw Refusal("its features are not Haar features");
  if (root.get("featureParams").get("maxCatCount").integer() != 0) throw Refusal("its features are categorical");

  Model model{};
  model.windowWidth = root.get("width").integer();
  model.windowHeight = root.get("height").integer();
  if (std::min(model.windowWidth, model.windowHeight) < 3 ||
      std::max(model.windowWidth, model.windowHeight) > kMaxWindowSide ||
      (model.windowWidth - 2) * (model.windowHeight - 2) > kMaxNormArea)
    throw Refusal("its window is too small or too large");

  const XmlElement& featureList = root.get("features");
  for (const XmlElement& feature : featureList.children) {
    const XmlElement* tilted = feature.find("tilted");
    if (tilted && tilted->integer() != 0) throw Refusal("it has tilted features");
  }
  std::vector<Feature> features;
  for (const XmlElement& feature : featureList.children) features.push_back(readFeature(feature, model));
  for (const XmlElement& stage : root.get("stages").children) readStage(stage, features, model);
  if (model.stages.empty()) throw Refusal("it has no stages");
  return model;
}

}  // namespace cascade
