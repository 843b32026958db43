#pragma once

#include <vector>

#include "limits.h"
#include "rectangle.h"

namespace cascade {

/**
 * Merges rectangles that are similar, as OpenCV's groupRectangles with eps 0.2: a group of more than `minNeighbors`
 * rectangles becomes their mean, unless it lies in a stronger group. With minNeighbors <= 0 nothing is changed.
 * @throws LimitReached at the deadline.
 */
std::vector<Rectangle> groupRectangles(std::vector<Rectangle> rectangles, int minNeighbors, const WorkLimits& limits);

/** Clips rectangles to the image and drops those that are empty then, as OpenCV does after grouping. */
std::vector<Rectangle> clipRectangles(const std::vector<Rectangle>& rectangles, Size image);

}  // namespace cascade
