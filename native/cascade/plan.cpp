#include "plan.h"

#include <algorithm>

namespace cascade {
namespace {

// Cells of a batch. With 13 bytes per cell they take 6.5 MB. Larger batches gain nothing, smaller ones repeat more rows
// where bands meet.
constexpr int kBatchCells = 512 * 1024;
// Columns of a tile: a multiple of 4, so that blocks of four columns never straddle two tiles: the rule that skips the
// window after a rejected one is carried from tile to tile (see FirstStageScan).
constexpr int kTileColumns = 512;

int pixels(int windows, int step, int windowSide) { return (windows - 1) * step + windowSide; }

/** Number of rows of a tile's integral image, one more than its rows of pixels. */
int layoutRows(int windowRows, int step, Size window) { return pixels(windowRows, step, window.height) + 1; }

class Planner {
 public:
  explicit Planner(Size window) : window_(window) {}

  void add(const Scale& scale, int index) {
    const int columns = std::min(scale.columns, kTileColumns);
    const Layout own = chooseLayout(scale.step, pixels(columns, scale.step, window_.width));
    // Whole pairs of rows, as many as fit into a batch.
    const int fitting = (kBatchCells / own.stride() - window_.height - 1) / scale.step + 1;
    const int rows = std::min(scale.rows, std::max(fitting & ~1, 2));
    for (int row = 0; row < scale.rows; row += rows)
      for (int column = 0; column < scale.columns; column += columns)
        place({index, column, row, std::min(columns, scale.columns - column), std::min(rows, scale.rows - row), 0},
              own);
  }

  std::vector<Batch> take() { return std::move(batches_); }

 private:
  void place(Tile tile, const Layout& own) {
    const auto cellsIn = [&](const Layout& layout) {
      return layoutRows(tile.rows, layout.step, window_) * layout.stride();
    };
    // Scales come from the largest to the smallest, so a tile fits into the rows of a batch begun before it.
    if (batches_.empty() || batches_.back().layout.step != own.step ||
        batches_.back().layout.planeColumns < own.planeColumns ||
        batches_.back().cells + cellsIn(batches_.back().layout) > kBatchCells)
      batches_.push_back({own, {}, 0, 0});
    Batch& batch = batches_.back();
    tile.base = batch.cells;
    batch.cells += cellsIn(batch.layout);
    // For each pair of rows, one block for each four columns, and one more if it does not begin at a multiple of four.
    batch.maxBlocks += (tile.rows + 1) / 2 * ((tile.columns + 3) / 4 + 1);
    batch.tiles.push_back(tile);
  }

  Size window_;
  std::vector<Batch> batches_;
};

}  // namespace

std::vector<Batch> planBatches(const std::vector<Scale>& scales, Size window) {
  Planner planner(window);
  for (size_t i = 0; i < scales.size(); i++)
    if (scales[i].columns > 0 && scales[i].rows > 0) planner.add(scales[i], static_cast<int>(i));
  return planner.take();
}

}  // namespace cascade
