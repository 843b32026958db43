#pragma once

#include <nan.h>

namespace image {
NAN_METHOD(DecodeImage);
}
