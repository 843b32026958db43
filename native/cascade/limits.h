#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <stdexcept>

namespace cascade {

/** Thrown when a detection reaches one of its limits and is given up. The message names the limit for a person. */
class LimitReached : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/** Bounds on the work of one detection. */
struct WorkLimits {
  using Clock = std::chrono::steady_clock;

  Clock::time_point deadline = Clock::time_point::max();
  size_t maxRectangles = std::numeric_limits<size_t>::max();  // before grouping

  /** Call it every few milliseconds. @throws LimitReached */
  void checkDeadline() const {
    if (Clock::now() > deadline) throw LimitReached("the detection takes longer than it may");
  }
  /** @throws LimitReached */
  void checkRectangles(size_t count) const {
    if (count > maxRectangles) throw LimitReached("too many places in the image look like a face");
  }
};

}  // namespace cascade
