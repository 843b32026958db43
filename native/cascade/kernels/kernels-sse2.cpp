#include <emmintrin.h>

#include <cstdint>

#include "kernels.h"

namespace cascade::sse2 {
namespace {
#include "simd-sse2.h"
// After the lanes, which it works on.
#include "kernels.inl"
}  // namespace
const Kernels kernels = kKernels;
}  // namespace cascade::sse2
