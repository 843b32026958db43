#pragma once

#include <cstddef>
#include <vector>

#include "kernels/kernels.h"
#include "model.h"

namespace cascade {

/*
 * The layout of integral images in the work area. Eight windows are eight neighbouring lanes, and none of their corners
 * needs a gather.
 *
 * Windows stand `step` pixels apart. For step 2, each row is split into a plane of its even columns and one of its odd
 * columns: neighbouring windows then read neighbouring values. Each value is stored next to the one `step` rows below:
 *
 *     row y: S[y][0] S[y + step][0] S[y][step] S[y + step][step] S[y][2 * step] …
 *
 * so that a block of eight lanes is a patch of four by two windows. Windows that look like a face come in clusters, and
 * such patches cover a cluster with fewer blocks than rows of eight.
 */
struct Layout {
  int step;          // 1 or 2
  int planeColumns;  // capacity of a plane

  int planeLanes() const { return 2 * planeColumns; }
  int stride() const { return step * planeLanes(); }  // cells from a row to the next
  int offset(int x, int y) const { return y * stride() + x % step * planeLanes() + 2 * (x / step); }
};

/**
 * The layout for tiles of up to `pixelColumns` pixels in width. Widths are rounded up to a few classes, so that images
 * of changing sizes share the placed stumps of a class.
 */
Layout chooseLayout(int step, int pixelColumns);

/** The model's stumps with their corners as offsets in one layout. */
struct PlacedModel {
  Layout layout;
  std::vector<PlacedStump> stumps;
  int32_t normCorners[4];

  PlacedModel(const Model& model, const Layout& layout);
};

}  // namespace cascade
