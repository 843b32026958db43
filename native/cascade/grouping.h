#pragma once

#include <vector>

#include "limits.h"
#include "rectangle.h"

namespace cascade {

/**
 * Merges rectangles that are similar, as OpenCV's groupRectangles with eps 0.2: groups of more than `minNeighbors`
 * remain, each as its mean, unless they lie in a stronger group. With minNeighbors <= 0 nothing is changed.
 * @throws LimitReached at the deadline.
 */
std::vector<Rectangle> groupRectangles(std::vector<Rectangle> rectangles, int minNeighbors, const WorkLimits& limits);

/** Cuts rectangles off at the image's edge and drops what is empty then, as OpenCV does after grouping. */
std::vector<Rectangle> clipRectangles(const std::vector<Rectangle>& rectangles, Size image);

}  // namespace cascade
