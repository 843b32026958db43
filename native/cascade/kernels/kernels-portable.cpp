#include <cfloat>

#include <cstdint>

#include "kernels.h"

namespace cascade::portable {
namespace {
#include "simd-portable.h"
// After the lanes, which it works on.
#include "kernels.inl"
}  // namespace
const Kernels kernels = kKernels;
}  // namespace cascade::portable
