#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "kernels/kernels.h"
#include "layout.h"
#include "limits.h"
#include "model.h"
#include "plan.h"
#include "rectangle.h"
#include "resample.h"
#include "scales.h"

namespace cascade {

/** A grey image with 8 bits per pixel. */
struct Plane {
  const uint8_t* pixels;
  int width, height;
  size_t stride;  // bytes from a row to the next
};

struct DetectOptions {
  ScaleOptions scales;
  int minNeighbors;  // 0: no grouping
};

/**
 * A cascade with its own work area. Gives the same rectangles as OpenCV's CascadeClassifier::detectMultiScale, in the
 * same order (before grouping, OpenCV's order with one thread). Only one thread may use a detector at a time. Any
 * number of detectors may work concurrently, since they share only constants.
 */
class Detector {
 public:
  Detector(Model model, const Kernels& kernels);

  /** @throws LimitReached */
  std::vector<Rectangle> detect(const Plane& image, const DetectOptions& options, const WorkLimits& limits = {});

  /** Bytes that the detector occupies besides its model. */
  size_t workBytes() const;

 private:
  struct Candidate {
    int scale, y, x;  // of the window in its shrunk image
  };

  const PlacedModel& placedFor(const Layout& layout);
  void reserve(const Batch& batch, const Plane& image);
  void runBatch(const Plane& image, const std::vector<Scale>& scales, const Batch& batch);
  void fillTile(const Plane& image, const Scale& scale, const Tile& tile, const Layout& layout);
  const uint8_t* shrunkRow(const Plane& image, const Scale& scale, int x, int y, int count);
  void collect(const std::vector<Scale>& scales, const Batch& batch, int blocks);

  Model model_;
  const Kernels& kernels_;
  std::map<std::pair<int, int>, PlacedModel> placed_;  // by step and columns of a plane

  std::vector<int32_t> sums_;
  std::vector<uint32_t> squares_;
  std::vector<float> norms_;
  std::vector<Block> blocks_;
  std::vector<Candidate> candidates_;

  int axesScale_ = -1;  // the scale that the axes are computed for
  ResampleAxis columns_, rows_;
  std::vector<uint16_t> blended_;    // one source row
  std::vector<uint8_t> shrunk_;      // one row of the tile
  std::vector<uint32_t> recentRows_;  // integral rows that wait for their partner below
  std::vector<uint8_t> skips_;
};

}  // namespace cascade
