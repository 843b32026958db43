#pragma once

#include <cstdint>
#include <vector>

#include "layout.h"
#include "rectangle.h"
#include "scales.h"

namespace cascade {

/** A rectangular part of one scale's windows. */
struct Tile {
  int scale;         // index in the list of scales
  int column, row;   // of its first window
  int columns, rows;  // windows
  int32_t base;      // cell of its first window in the work area
};

/** Tiles that are in the work area together, side by side with one layout. */
struct Batch {
  Layout layout;
  std::vector<Tile> tiles;
  int cells;      // of the work area
  int maxBlocks;  // that the first stage can leave
};

/**
 * Cuts the windows of all scales into batches.
 *
 * A small image is one batch per step: all its scales are evaluated together, a stage at a time, so that blocks stay
 * full and a stage's stumps stay in the cache. A large image is cut into tiles, so that the work area never grows
 * beyond a fixed size (see kBatchCells), however large the image is. Within a tile, integral images start at zero. They
 * are only read as differences over one window, so tiling changes no value. OpenCV's 32-bit sums wrap around on images
 * beyond 8 megapixels, but the same differences, modulo 2^32, come out of them.
 */
std::vector<Batch> planBatches(const std::vector<Scale>& scales, Size window);

}  // namespace cascade
