#include <immintrin.h>

#include <cstdint>

#include "kernels.h"

namespace cascade::avx2 {
namespace {
#include "simd-avx2.h"
// Must follow the lanes, which it uses.
#include "kernels.inl"
}  // namespace
const Kernels kernels = kKernels;
}  // namespace cascade::avx2
