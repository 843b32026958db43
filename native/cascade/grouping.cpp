#include "grouping.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numeric>

namespace cascade {
namespace {

constexpr double kTolerance = 0.2;
constexpr int kRowsBetweenChecks = 64;  // of the deadline; a row is one rectangle against all others

bool areSimilar(const Rectangle& a, const Rectangle& b) {
  const double delta = kTolerance * (std::min(a.width, b.width) + std::min(a.height, b.height)) * 0.5;
  return std::abs(a.x - b.x) <= delta && std::abs(a.y - b.y) <= delta &&
         std::abs(a.x + a.width - b.x - b.width) <= delta && std::abs(a.y + a.height - b.y - b.height) <= delta;
}

int findRoot(std::vector<int>& parent, int node) {
  while (parent[node] != node) node = parent[node] = parent[parent[node]];
  return node;
}

struct Group {
  // Sums wrap around at 32 bits, as OpenCV's do.
  uint32_t x = 0, y = 0, width = 0, height = 0;
  int members = 0;

  Rectangle mean() const {
    // One float factor and one product each, rounded to even: OpenCV's order of operations.
    const float share = 1.f / static_cast<float>(members);
    const auto part = [&](uint32_t sum) {
      return static_cast<int>(std::lrintf(static_cast<float>(static_cast<int32_t>(sum)) * share));
    };
    return {part(x), part(y), part(width), part(height)};
  }
};

/**
 * The connected components of similarity, in the order of their first members: OpenCV's partition. OpenCV compares each
 * rectangle with each other; here, from left to right, only with those whose left edges are near enough.
 */
std::vector<Group> collectGroups(const std::vector<Rectangle>& rectangles, const WorkLimits& limits) {
  const int count = static_cast<int>(rectangles.size());
  std::vector<int> parent(count), fromLeft(count);
  std::iota(parent.begin(), parent.end(), 0);
  std::iota(fromLeft.begin(), fromLeft.end(), 0);
  std::sort(fromLeft.begin(), fromLeft.end(), [&](int a, int b) { return rectangles[a].x < rectangles[b].x; });
  for (int i = 0; i < count; i++) {
    if (i % kRowsBetweenChecks == 0) limits.checkDeadline();
    const Rectangle& left = rectangles[fromLeft[i]];
    const double reach = kTolerance * (left.width + left.height) * 0.5;  // the tolerance of any pair is at most this
    for (int j = i + 1; j < count && rectangles[fromLeft[j]].x - left.x <= reach; j++)
      if (areSimilar(left, rectangles[fromLeft[j]]))
        parent[findRoot(parent, fromLeft[j])] = findRoot(parent, fromLeft[i]);
  }

  std::vector<int> groupOfRoot(count, -1);
  std::vector<Group> groups;
  for (int i = 0; i < count; i++) {
    int& index = groupOfRoot[findRoot(parent, i)];
    if (index < 0) {
      index = static_cast<int>(groups.size());
      groups.emplace_back();
    }
    Group& group = groups[index];
    group.x += static_cast<uint32_t>(rectangles[i].x);
    group.y += static_cast<uint32_t>(rectangles[i].y);
    group.width += static_cast<uint32_t>(rectangles[i].width);
    group.height += static_cast<uint32_t>(rectangles[i].height);
    group.members++;
  }
  return groups;
}

bool liesIn(const Rectangle& inner, const Rectangle& outer) {
  const int dx = static_cast<int>(std::lrint(outer.width * kTolerance));
  const int dy = static_cast<int>(std::lrint(outer.height * kTolerance));
  return inner.x >= outer.x - dx && inner.y >= outer.y - dy && inner.x + inner.width <= outer.x + outer.width + dx &&
         inner.y + inner.height <= outer.y + outer.height + dy;
}

}  // namespace

std::vector<Rectangle> groupRectangles(std::vector<Rectangle> rectangles, int minNeighbors, const WorkLimits& limits) {
  if (minNeighbors <= 0 || rectangles.empty()) return rectangles;

  std::vector<Rectangle> means;
  std::vector<int> members;
  for (const Group& group : collectGroups(rectangles, limits)) {
    if (group.members <= minNeighbors) continue;
    means.push_back(group.mean());
    members.push_back(group.members);
  }
  std::vector<Rectangle> kept;
  for (size_t i = 0; i < means.size(); i++) {
    if (i % kRowsBetweenChecks == 0) limits.checkDeadline();
    bool isCovered = false;
    for (size_t j = 0; j < means.size() && !isCovered; j++)
      isCovered = j != i && liesIn(means[i], means[j]) && (members[j] > std::max(3, members[i]) || members[i] < 3);
    if (!isCovered) kept.push_back(means[i]);
  }
  return kept;
}

std::vector<Rectangle> clipRectangles(const std::vector<Rectangle>& rectangles, Size image) {
  std::vector<Rectangle> clipped;
  for (const Rectangle& r : rectangles) {
    const int x = std::max(r.x, 0), y = std::max(r.y, 0);
    const int right = std::min(r.x + r.width, image.width), bottom = std::min(r.y + r.height, image.height);
    if (right > x && bottom > y) clipped.push_back({x, y, right - x, bottom - y});
  }
  return clipped;
}

}  // namespace cascade
