#include <emmintrin.h>

#include <cstdint>

#include "kernels.h"

namespace cascade::sse2 {
namespace {
#include "simd-sse2.h"
// Must follow the lanes, which it uses.
#include "kernels.inl"
}  // namespace
const Kernels kernels = kKernels;
}  // namespace cascade::sse2
