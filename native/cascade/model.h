#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace cascade {

/**
 * Shapes of supported features, by the weights of the corners of their rectangles. Adjacent rectangles share corners,
 * so a shape needs 6 to 9 loads from the integral image, where OpenCV needs 8 to 12.
 */
enum Shape { kEdge, kLine, kChecker, kInverseChecker, kShapes };

constexpr int kMaxCorners = 9;

struct Corner {
  int16_t x, y;  // pixels from the window's upper left
};

/** A decision tree with one node: `left` if feature / deviation < threshold, otherwise `right`. */
struct Stump {
  Shape shape;
  std::array<Corner, kMaxCorners> corners;
  float threshold;
  int64_t vote;  // left - right, in units of 2^-38
};

/*
 * Votes are integers for this reason: OpenCV adds the stumps' leaf values (floats) in a double. If all leaves of a
 * stage are multiples of 2^-38 and their sum stays below 2^9, every partial sum is a multiple of 2^-38 below 2^47
 * units, which a double of 53 bits represents without rounding. So the order of additions is free, and integers give
 * the same result.
 */
constexpr int kVoteBits = 38;
constexpr int kMaxVoteSumBits = 47;

/*
 * Lanes are 32 bits wide, so a vote is kept in two forms. The coarse form, floor(vote / 2^16), decides nearly every
 * window. The split form, vote = high * 2^19 + low, is exact and used if the coarse sum is too near the threshold.
 */
constexpr int kCoarseBits = 16;
constexpr int kSplitBits = 19;
// The sum of the low parts, one per stump and one of the stage's base, must stay below 2^31.
constexpr int kMaxStumpsPerStage = (1 << (31 - kSplitBits)) - 1;

struct Stage {
  int32_t shapeBegin[kShapes + 1];  // stumps [shapeBegin[s], shapeBegin[s + 1]) have shape s
  // The sum starts at `base`, as if every stump went right, and each stump that goes left adds its vote.
  int32_t coarseBase;
  int32_t coarsePass;    // a coarse sum of at least this certainly passes
  int32_t coarseReject;  // a coarse sum below this certainly fails
  int32_t highBase, lowBase;
  int32_t highThreshold, lowThreshold;
};

/** A cascade; immutable once loaded. */
struct Model {
  int windowWidth, windowHeight;  // pixels
  std::vector<Stage> stages;
  std::vector<Stump> stumps;  // of all stages, in their order, within a stage by shape
};

}  // namespace cascade
