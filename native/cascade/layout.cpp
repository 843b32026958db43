#include "layout.h"

namespace cascade {

Layout chooseLayout(int step, int pixelColumns) {
  const int needed = (pixelColumns + 1 + step - 1) / step;  // an integral image has one column more
  int columns = 32;
  while (columns < needed) columns += columns & (columns - 1) ? columns / 3 : columns / 2;  // 32, 48, 64, 96, 128, …
  // Rows a power of two apart would compete for the same few sets of the first-level cache.
  return {step, columns + 8};
}

PlacedModel::PlacedModel(const Model& model, const Layout& layout) : layout(layout), stumps(model.stumps.size()) {
  for (std::size_t i = 0; i < stumps.size(); i++) {
    const Stump& stump = model.stumps[i];
    PlacedStump& placed = stumps[i];
    for (int corner = 0; corner < kMaxCorners; corner++)
      placed.offsets[corner] = layout.offset(stump.corners[corner].x, stump.corners[corner].y);
    placed.threshold = stump.threshold;
    // Shifts round down for negative votes too, which is what the splits mean.
    placed.coarseVote = static_cast<int32_t>(stump.vote >> kCoarseBits);
    placed.highVote = static_cast<int32_t>(stump.vote >> kSplitBits);
    placed.lowVote = static_cast<int32_t>(stump.vote & ((1 << kSplitBits) - 1));
  }
  const int right = model.windowWidth - 1, bottom = model.windowHeight - 1;
  normCorners[0] = layout.offset(1, 1);
  normCorners[1] = layout.offset(right, 1);
  normCorners[2] = layout.offset(1, bottom);
  normCorners[3] = layout.offset(right, bottom);
}

}  // namespace cascade
