#include "detector.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "grouping.h"

namespace cascade {
namespace {

// Cells beyond the end of the work area that its last block may read. Such lanes do not count.
constexpr int kSlackCells = 2 * kLanes;

template <typename T>
void growTo(std::vector<T>& vector, size_t size) {
  if (vector.size() >= size) return;
  vector.clear();  // nothing in it is needed any more, so do not let it be copied
  vector.shrink_to_fit();
  vector.resize(size);
}

template <typename T>
size_t bytesOf(const std::vector<T>& vector) {
  return vector.capacity() * sizeof(T);
}

int round(float value) { return static_cast<int>(std::lrintf(value)); }

}  // namespace

Detector::Detector(Model model, const Kernels& kernels) : model_(std::move(model)), kernels_(kernels) {}

std::vector<Rectangle> Detector::detect(const Plane& image, const DetectOptions& options, const WorkLimits& limits) {
  const Size size{image.width, image.height}, window{model_.windowWidth, model_.windowHeight};
  const std::vector<Scale> scales = listScales(size, window, options.scales);

  candidates_.clear();
  axesScale_ = -1;
  for (const Batch& batch : planBatches(scales, window)) {
    reserve(batch, image);
    runBatch(image, scales, batch);
    limits.checkRectangles(candidates_.size());
    limits.checkDeadline();
  }

  // OpenCV's order: by scale, then row by row.
  std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.scale, a.y, a.x) < std::tie(b.scale, b.y, b.x);
  });
  std::vector<Rectangle> rectangles;
  for (const Candidate& c : candidates_) {
    const float factor = scales[c.scale].factor;
    rectangles.push_back({round(c.x * factor), round(c.y * factor), round(window.width * factor),
                          round(window.height * factor)});
  }
  return clipRectangles(groupRectangles(std::move(rectangles), options.minNeighbors, limits), size);
}

size_t Detector::workBytes() const {
  size_t bytes = bytesOf(sums_) + bytesOf(squares_) + bytesOf(norms_) + bytesOf(blocks_) + bytesOf(candidates_) +
                 bytesOf(columns_.source) + bytesOf(columns_.weights) + bytesOf(rows_.source) +
                 bytesOf(rows_.weights) + bytesOf(blended_) + bytesOf(shrunk_) + bytesOf(recentRows_) +
                 bytesOf(skips_);
  for (const auto& [key, placed] : placed_) bytes += bytesOf(placed.stumps);
  return bytes;
}

const PlacedModel& Detector::placedFor(const Layout& layout) {
  return placed_.try_emplace({layout.step, layout.planeColumns}, model_, layout).first->second;
}

void Detector::reserve(const Batch& batch, const Plane& image) {
  const size_t cells = static_cast<size_t>(batch.cells) + kSlackCells;
  growTo(sums_, cells);
  growTo(squares_, cells);
  growTo(norms_, cells);
  growTo(blocks_, batch.maxBlocks);
  growTo(blended_, image.width);
  growTo(shrunk_, batch.layout.stride());
  growTo(recentRows_, static_cast<size_t>(batch.layout.stride()) * (batch.layout.step + 1));
}

void Detector::runBatch(const Plane& image, const std::vector<Scale>& scales, const Batch& batch) {
  const PlacedModel& placed = placedFor(batch.layout);
  const PlacedStump* stumps = placed.stumps.data();
  const Cells cells{sums_.data(), squares_.data(), norms_.data()};

  int blocks = 0;
  for (const Tile& tile : batch.tiles) {
    fillTile(image, scales[tile.scale], tile, batch.layout);
    // Tiles of one band of rows follow each other from left to right.
    if (tile.column == 0) skips_.assign((tile.rows + 1) / 2, 0);
    FirstStageScan scan{};
    scan.base = tile.base;
    scan.pairStride = 2 * batch.layout.step * batch.layout.stride();
    scan.columns = tile.columns;
    scan.rows = tile.rows;
    std::copy(std::begin(placed.normCorners), std::end(placed.normCorners), scan.normCorners);
    scan.normArea = (model_.windowWidth - 2) * (model_.windowHeight - 2);
    scan.skips = skips_.data();
    blocks += kernels_.scanFirstStage(model_.stages[0], stumps, cells, scan, blocks_.data() + blocks);
  }
  for (size_t stage = 1; stage < model_.stages.size() && blocks > 0; stage++)
    blocks = kernels_.runStage(model_.stages[stage], stumps, cells, blocks_.data(), blocks);
  collect(scales, batch, blocks);
}

/**
 * Shrinks the tile's part of the image and sums it up, a row at a time: the shrunk image never exists as a whole.
 */
void Detector::fillTile(const Plane& image, const Scale& scale, const Tile& tile, const Layout& layout) {
  if (axesScale_ != tile.scale) {
    // About 1 % of the time of a small image, so not worth a cache by size.
    columns_.compute(image.width, scale.width);
    rows_.compute(image.height, scale.height);
    axesScale_ = tile.scale;
  }
  const int step = layout.step, half = layout.planeColumns, rowValues = step * layout.planeColumns;
  const int width = (tile.columns - 1) * step + model_.windowWidth;
  const int height = (tile.rows - 1) * step + model_.windowHeight;
  const int used = (width + step) / step;  // columns of a plane

  // Each integral row is stored beside the one `step` below it, so `step` rows wait in a ring.
  const auto ringRow = [&](int y) { return recentRows_.data() + static_cast<size_t>(y % (step + 1)) * 2 * rowValues; };
  const auto store = [&](int y, int partner) {
    for (int plane = 0; plane < step; plane++) {
      const size_t cell = static_cast<size_t>(tile.base) + y * layout.stride() + plane * layout.planeLanes();
      const uint32_t *upper = ringRow(y) + plane * half, *lower = ringRow(partner) + plane * half;
      kernels_.interleave(upper, lower, reinterpret_cast<uint32_t*>(sums_.data() + cell), used);
      kernels_.interleave(upper + rowValues, lower + rowValues, squares_.data() + cell, used);
    }
  };

  std::fill_n(ringRow(0), 2 * rowValues, 0u);
  for (int y = 0; y < height; y++) {
    const uint8_t* pixels = shrunkRow(image, scale, tile.column * step, tile.row * step + y, width);
    const uint32_t* above = ringRow(y);
    uint32_t* row = ringRow(y + 1);
    kernels_.integrateRow(pixels, width, step, half, above, above + rowValues, row, row + rowValues);
    if (y + 1 >= step) store(y + 1 - step, y + 1);
  }
  // An odd last row of windows has no partner; the lanes beside it do not count.
  if (tile.rows % 2 != 0)
    for (int y = height - step + 1; y <= height; y++) store(y, height);
}

/** Pixels [x, x + count) of row y of the shrunk image. Valid until the next call. */
const uint8_t* Detector::shrunkRow(const Plane& image, const Scale& scale, int x, int y, int count) {
  const auto sourceRow = [&](int row) { return image.pixels + static_cast<size_t>(row) * image.stride; };
  // At its own size OpenCV copies the image.
  if (scale.width == image.width && scale.height == image.height) return sourceRow(y) + x;

  const int row = rows_.source[y], begin = columns_.source[x], end = columns_.source[x + count - 1] + 2;
  kernels_.blendRows(sourceRow(row) + begin, sourceRow(row + 1) + begin, rows_.weights[2 * y], rows_.weights[2 * y + 1],
                     blended_.data() + begin, end - begin);
  kernels_.pickColumns(blended_.data(), columns_.source.data() + x, columns_.weights.data() + 2 * x, shrunk_.data(),
                       count);
  return shrunk_.data();
}

/** Turns the surviving lanes back into windows. Blocks and tiles are in the order of their cells. */
void Detector::collect(const std::vector<Scale>& scales, const Batch& batch, int blocks) {
  const int pairStride = 2 * batch.layout.step * batch.layout.stride();
  size_t index = 0;
  for (int i = 0; i < blocks; i++)
    for (uint32_t left = blocks_[i].survivors; left != 0; left &= left - 1) {
      const int cell = blocks_[i].cell + __builtin_ctz(left);
      while (index + 1 < batch.tiles.size() && cell >= batch.tiles[index + 1].base) index++;
      const Tile& tile = batch.tiles[index];
      const int step = scales[tile.scale].step;
      const int pair = (cell - tile.base) / pairStride, lane = (cell - tile.base) % pairStride;
      candidates_.push_back({tile.scale, (tile.row + 2 * pair + lane % 2) * step, (tile.column + lane / 2) * step});
    }
}

}  // namespace cascade
