// The inner loops, for the lanes of the SIMD header that is included before. Part of an anonymous namespace.

/** The value of a feature for eight windows. The corners are in the order of loader.cpp's kShapeWeights. */
template <Shape shape>
inline Ints featureValue(const int32_t* window, const int32_t* offsets) {
  const auto at = [&](int corner) { return load(window + offsets[corner]); };
  if constexpr (shape == kEdge) {
    const Ints inner = at(4) - at(5);
    return ((at(0) + at(1)) - (at(2) + at(3))) + (inner + inner);
  } else if constexpr (shape == kLine) {
    const Ints inner = (at(0) + at(1)) - (at(2) + at(3)), outer = (at(4) + at(5)) - (at(6) + at(7));
    return (inner + inner) + (inner + outer);
  } else {
    const Ints corners = (at(0) + at(1)) + (at(2) + at(3)), sides = (at(5) + at(6)) + (at(7) + at(8));
    const Ints centre = at(4), half = (centre + centre) - sides;
    const Ints value = corners + (half + half);
    return shape == kChecker ? value : splat(0) - value;
  }
}

/**
 * All ones in each lane in which the stump goes left. OpenCV's comparison is feature * norm < threshold in floats: one
 * conversion, exact below 2^24, one product rounded once, one comparison. No sum follows the product, so none can be
 * fused with it.
 */
template <Shape shape>
inline Ints goesLeft(const PlacedStump& stump, const int32_t* window, Floats norm) {
  return toFloats(featureValue<shape>(window, stump.offsets)) * norm < splat(stump.threshold);
}

template <Shape shape, int blocks>
inline void addCoarseVotes(const Stage& stage, const PlacedStump* stumps, const int32_t* const* windows,
                           const Floats* norms, Ints* sums) {
  for (int i = stage.shapeBegin[shape]; i < stage.shapeBegin[shape + 1]; i++) {
    const Ints vote = splat(stumps[i].coarseVote);
    for (int k = 0; k < blocks; k++) sums[k] = sums[k] + (goesLeft<shape>(stumps[i], windows[k], norms[k]) & vote);
  }
}

template <Shape shape>
inline void addExactVotes(const Stage& stage, const PlacedStump* stumps, const int32_t* window, Floats norm, Ints& high,
                          Ints& low) {
  for (int i = stage.shapeBegin[shape]; i < stage.shapeBegin[shape + 1]; i++) {
    const Ints left = goesLeft<shape>(stumps[i], window, norm);
    high = high + (left & splat(stumps[i].highVote));
    low = low + (left & splat(stumps[i].lowVote));
  }
}

/** One bit per window that passes the stage. For the rare block in which a coarse sum is too near the threshold. */
__attribute__((noinline)) uint32_t passExactly(const Stage& stage, const PlacedStump* stumps, const int32_t* window,
                                               const float* norms) {
  const Floats norm = load(norms);
  Ints high = splat(stage.highBase), low = splat(stage.lowBase);
  addExactVotes<kEdge>(stage, stumps, window, norm, high, low);
  addExactVotes<kLine>(stage, stumps, window, norm, high, low);
  addExactVotes<kChecker>(stage, stumps, window, norm, high, low);
  addExactVotes<kInverseChecker>(stage, stumps, window, norm, high, low);
  // Low parts are not negative, so carrying them over leaves a form in which sums compare like pairs of digits.
  high = high + shiftRight<kSplitBits>(low);
  low = low & splat((1 << kSplitBits) - 1);
  const Ints highThreshold = splat(stage.highThreshold), lowThreshold = splat(stage.lowThreshold);
  return ~toBits((highThreshold > high) | ((highThreshold == high) & (lowThreshold > low))) & 0xff;
}

/**
 * One bit per window that passes, for several blocks at once: their loads and additions do not depend on each other, so
 * the processor overlaps them. `survivors` tells in which lanes an answer matters.
 */
template <int blocks>
inline void pass(const Stage& stage, const PlacedStump* stumps, const Cells& cells, const Block* block,
                 uint32_t* passed) {
  const int32_t* windows[blocks];
  Floats norms[blocks];
  Ints sums[blocks];
  for (int k = 0; k < blocks; k++) {
    windows[k] = cells.sums + block[k].cell;
    norms[k] = load(cells.norms + block[k].cell);
    sums[k] = splat(stage.coarseBase);
  }
  addCoarseVotes<kEdge, blocks>(stage, stumps, windows, norms, sums);
  addCoarseVotes<kLine, blocks>(stage, stumps, windows, norms, sums);
  addCoarseVotes<kChecker, blocks>(stage, stumps, windows, norms, sums);
  addCoarseVotes<kInverseChecker, blocks>(stage, stumps, windows, norms, sums);
  for (int k = 0; k < blocks; k++) {
    const uint32_t failed = toBits(splat(stage.coarseReject) > sums[k]);
    const uint32_t undecided = toBits(splat(stage.coarsePass) > sums[k]) & ~failed & block[k].survivors;
    passed[k] = __builtin_expect(undecided != 0, 0)
                    ? passExactly(stage, stumps, windows[k], cells.norms + block[k].cell)
                    : ~failed & 0xff;
  }
}

/**
 * Packs survivors, which come in ascending order of cells, into blocks that begin at a survivor. That is the fewest
 * blocks possible: never more than there were before, so a list can be packed in place.
 */
class Packer {
 public:
  explicit Packer(Block* blocks) : blocks_(blocks) {}

  void push(int32_t cell, uint32_t survivors) {
    if (survivors == 0) return;
    skipDead(cell, survivors);
    const int32_t distance = cell - block_.cell;
    if (block_.survivors != 0 && distance < kLanes) {
      block_.survivors |= (survivors << distance) & 0xff;
      survivors >>= kLanes - distance;
      if (survivors == 0) return;
      cell += kLanes - distance;
      skipDead(cell, survivors);
    }
    flush();
    block_ = {cell, survivors};
  }

  /** Writes the last block, and returns how many there are. */
  int finish() {
    flush();
    return count_;
  }

 private:
  static void skipDead(int32_t& cell, uint32_t& survivors) {
    const int dead = __builtin_ctz(survivors);
    cell += dead;
    survivors >>= dead;
  }

  void flush() {
    if (block_.survivors != 0) blocks_[count_++] = block_;
    block_.survivors = 0;
  }

  Block* blocks_;
  int count_ = 0;
  Block block_{0, 0};
};

/*
 * OpenCV's rule of the first stage: if it rejects a window, the next one of the row is not visited, so whether a
 * window is visited depends on all before it. Tables answer for one block of four columns and two rows (lane 2 * column
 * + row): given the skips carried in (bit r: skip row r's first) and the lanes rejected, which lanes are visited.
 */
struct SkipRule {
  uint8_t visited[4][256];
  uint8_t carried[4][256];
};
constexpr SkipRule makeSkipRule() {
  SkipRule rule{};
  for (int skips = 0; skips < 4; skips++)
    for (int rejected = 0; rejected < 256; rejected++)
      for (int row = 0; row < 2; row++) {
        bool skip = skips >> row & 1;
        for (int lane = row; lane < kLanes; lane += 2) {
          if (!skip) rule.visited[skips][rejected] |= 1 << lane;
          skip = !skip && (rejected >> lane & 1);
        }
        if (skip) rule.carried[skips][rejected] |= 1 << row;
      }
  return rule;
}
constexpr SkipRule kSkipRule = makeSkipRule();

/*
 * The variance of eight windows, as OpenCV: v = area * squares - sum * sum, norm = (float)(1 / sqrt(v)). Both products
 * are integers below 2^53, so v is exact, fused or not; square root and division are rounded once by IEEE 754. A bit is
 * set where the window is worth looking at: v > 0 and area * norm < 0.1. Other windows fail, but do not count as
 * rejected by the first stage. (The SIMD headers have the function, since lanes of double differ in number.)
 */
inline uint32_t normaliseWindows(const Cells& cells, int32_t cell, const FirstStageScan& scan) {
  const int32_t* c = scan.normCorners;
  const auto total = [&](const auto* plane) {
    return (load(plane + cell + c[0]) - load(plane + cell + c[1])) -
           (load(plane + cell + c[2]) - load(plane + cell + c[3]));
  };
  return normalise(total(cells.sums), total(cells.squares), scan.normArea, cells.norms + cell);
}

int scanFirstStage(const Stage& stage, const PlacedStump* stumps, const Cells& cells, const FirstStageScan& scan,
                   Block* blocks) {
  Packer packer(blocks);
  const int lanes = 2 * scan.columns;
  for (int row = 0; row < scan.rows; row += 2) {
    const uint32_t rowsMask = row + 1 < scan.rows ? 0xff : 0x55;
    const int32_t begin = scan.base + row / 2 * scan.pairStride;
    uint8_t& skips = scan.skips[row / 2];
    for (int lane = 0; lane < lanes;) {
      const int blocksHere = lanes - lane > kLanes ? 2 : 1;
      Block block[2];
      uint32_t valid[2], passed[2];
      for (int k = 0; k < blocksHere; k++) {
        block[k] = {begin + lane + k * kLanes, 0xff};
        valid[k] = normaliseWindows(cells, block[k].cell, scan);
      }
      if (blocksHere == 2)
        pass<2>(stage, stumps, cells, block, passed);
      else
        pass<1>(stage, stumps, cells, block, passed);
      for (int k = 0; k < blocksHere; k++, lane += kLanes) {
        const int left = lanes - lane;
        const uint32_t inside = rowsMask & (left >= kLanes ? 0xff : (1u << left) - 1);
        const uint32_t rejected = valid[k] & ~passed[k] & inside;
        const uint32_t visited = kSkipRule.visited[skips][rejected];
        skips = kSkipRule.carried[skips][rejected];
        packer.push(block[k].cell, passed[k] & valid[k] & visited & inside);
      }
    }
  }
  return packer.finish();
}

template <int blocks>
inline void passAndPack(const Stage& stage, const PlacedStump* stumps, const Cells& cells, const Block* block,
                        Packer& packer) {
  Block group[blocks];
  for (int k = 0; k < blocks; k++) group[k] = block[k];
  uint32_t passed[blocks];
  pass<blocks>(stage, stumps, cells, group, passed);
  for (int k = 0; k < blocks; k++) packer.push(group[k].cell, group[k].survivors & passed[k]);
}

int runStage(const Stage& stage, const PlacedStump* stumps, const Cells& cells, Block* blocks, int count) {
  Packer packer(blocks);
  int i = 0;
  for (; i + kBlocksInFlight <= count; i += kBlocksInFlight)
    passAndPack<kBlocksInFlight>(stage, stumps, cells, blocks + i, packer);
  if constexpr (kBlocksInFlight > 2)
    for (; i + 2 <= count; i += 2) passAndPack<2>(stage, stumps, cells, blocks + i, packer);
  for (; i < count; i++) passAndPack<1>(stage, stumps, cells, blocks + i, packer);
  return packer.finish();
}

/*
 * OpenCV's INTER_LINEAR_EXACT is fixed-point arithmetic without intermediate rounding: (sum of m * n * p + 2^15) >> 16,
 * with weights m and n in 1/256. Integers, so rows may be mixed before columns.
 */
void blendRows(const uint8_t* __restrict upper, const uint8_t* __restrict lower, int upperWeight, int lowerWeight,
               uint16_t* __restrict out, int count) {
  const uint16_t u = static_cast<uint16_t>(upperWeight), l = static_cast<uint16_t>(lowerWeight);
  for (int i = 0; i < count; i++) out[i] = static_cast<uint16_t>(upper[i] * u + lower[i] * l);  // <= 255 * 256
}

void pickColumns(const uint16_t* blended, const int32_t* source, const uint16_t* weights, uint8_t* out, int count) {
  for (int i = pickEights(blended, source, weights, out, count); i < count; i++) {
    const uint16_t* pair = blended + source[i];
    const uint32_t mixed = uint32_t{pair[0]} * weights[2 * i] + uint32_t{pair[1]} * weights[2 * i + 1];
    out[i] = static_cast<uint8_t>((mixed + (1 << 15)) >> 16);
  }
}

void integrateRow(const uint8_t* pixels, int count, int step, int half, const uint32_t* sumsAbove,
                  const uint32_t* squaresAbove, uint32_t* sums, uint32_t* squares) {
  uint32_t sum = 0, square = 0;
  const auto put = [&](int column, uint32_t pixel) {
    sum += pixel;
    square += pixel * pixel;
    sums[column] = sumsAbove[column] + sum;
    squares[column] = squaresAbove[column] + square;
  };
  sums[0] = squares[0] = 0;
  if (step == 1) {
    for (int x = 0; x < count; x++) put(x + 1, pixels[x]);
    return;
  }
  int x = 0;
  for (; x + 2 <= count; x += 2) {
    put(half + x / 2, pixels[x]);
    put(x / 2 + 1, pixels[x + 1]);
  }
  if (x < count) put(half + x / 2, pixels[x]);
}

void interleave(const uint32_t* __restrict a, const uint32_t* __restrict b, uint32_t* __restrict out, int count) {
  for (int i = 0; i < count; i++) {
    out[2 * i] = a[i];
    out[2 * i + 1] = b[i];
  }
}

constexpr Kernels kKernels = {blendRows, pickColumns, integrateRow, interleave, scanFirstStage, runStage};
