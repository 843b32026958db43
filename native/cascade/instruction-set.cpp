#include "instruction-set.h"

namespace cascade {

std::vector<InstructionSet> listInstructionSets() {
  std::vector<InstructionSet> sets;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) sets.push_back({"avx2", &avx2::kernels});
  sets.push_back({"sse2", &sse2::kernels});  // every x86-64 has it
#endif
  sets.push_back({"portable", &portable::kernels});
  return sets;
}

}  // namespace cascade
