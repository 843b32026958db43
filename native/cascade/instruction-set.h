#pragma once

#include <string>
#include <vector>

#include "kernels/kernels.h"

namespace cascade {

struct InstructionSet {
  std::string name;  // "avx2", "sse2" or "portable"
  const Kernels* kernels;
};

/** Instruction sets that this processor supports, the fastest first. "portable" is always among them. */
std::vector<InstructionSet> listInstructionSets();

}  // namespace cascade
