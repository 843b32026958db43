#pragma once

#include <stdexcept>

namespace cascade {

/** A cascade that cannot be evaluated exactly. The message is the reason, for the operator. */
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace cascade
