#include <cfloat>

#include <cstdint>

#include "kernels.h"

namespace cascade::portable {
namespace {
#include "simd-portable.h"
// Must follow the lanes, which it uses.
#include "kernels.inl"
}  // namespace
const Kernels kernels = kKernels;
}  // namespace cascade::portable
