#pragma once

namespace cascade {

struct Rectangle {
  int x, y, width, height;  // pixels
};

struct Size {
  int width, height;  // pixels
};

}  // namespace cascade
