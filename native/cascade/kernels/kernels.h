#pragma once

#include <cstdint>

#include "../model.h"

namespace cascade {

/** Number of windows that are evaluated together: 8 neighbouring lanes of the work area, in one AVX2 register. */
constexpr int kLanes = 8;

struct Block {
  int32_t cell;       // of the first lane in the work area
  uint32_t survivors;  // one bit per lane
};

/** A stump with its corners as offsets in the work area: one cache line. */
struct alignas(64) PlacedStump {
  int32_t offsets[kMaxCorners];
  float threshold;
  int32_t coarseVote, highVote, lowVote;
};

/** The work area that stages read; see layout.h for where a window's lane is. */
struct Cells {
  const int32_t* sums;      // integral image
  const uint32_t* squares;  // integral image of squares, modulo 2^32
  float* norms;             // 1 / (area * standard deviation) of the window, written by the first stage
};

/** The windows of one tile, for the first stage. */
struct FirstStageScan {
  int32_t base;          // cell of the tile's first window
  int32_t pairStride;    // cells from one pair of window rows to the next
  int columns, rows;     // windows
  int32_t normCorners[4];  // offsets of the corners of the window less one pixel on each side: OpenCV's variance
  double normArea;         // pixels in it
  uint8_t* skips;          // per pair of rows, carried over from the tile to the left: bit r, skip row r's next window
};

/**
 * The inner loops. They are compiled once for each instruction set, from the same source. They take plain pointers and
 * call nothing from the standard library: the linker could keep the AVX2 copy of an inline function for all instruction
 * sets.
 */
struct Kernels {
  /** out[i] = upper[i] * upperWeight + lower[i] * lowerWeight, where the weights add up to 256. */
  void (*blendRows)(const uint8_t* upper, const uint8_t* lower, int upperWeight, int lowerWeight, uint16_t* out,
                    int count);
  /** Mixes two neighbours of a blended row for each pixel, see ResampleAxis, and rounds to 8 bits. */
  void (*pickColumns)(const uint16_t* blended, const int32_t* source, const uint16_t* weights, uint8_t* out, int count);
  /**
   * One row of both integral images from the row above, count + 1 values. With step 2, even columns go to the
   * beginning of the row and odd ones to `half`.
   */
  void (*integrateRow)(const uint8_t* pixels, int count, int step, int half, const uint32_t* sumsAbove,
                       const uint32_t* squaresAbove, uint32_t* sums, uint32_t* squares);
  /** out = a[0], b[0], a[1], b[1], … */
  void (*interleave)(const uint32_t* a, const uint32_t* b, uint32_t* out, int count);
  /** Evaluates the first stage, writes the norms and the surviving blocks, and returns how many blocks. */
  int (*scanFirstStage)(const Stage& stage, const PlacedStump* stumps, const Cells& cells, const FirstStageScan& scan,
                        Block* blocks);
  /** Evaluates a later stage, packs the survivors into as few blocks, in place, and returns how many are left. */
  int (*runStage)(const Stage& stage, const PlacedStump* stumps, const Cells& cells, Block* blocks, int count);
};

#if defined(__x86_64__)
namespace avx2 {
extern const Kernels kernels;
}
namespace sse2 {
extern const Kernels kernels;
}
#endif
namespace portable {
extern const Kernels kernels;
}

}  // namespace cascade
