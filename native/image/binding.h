#pragma once

#include <nan.h>

namespace image {
void Init(v8::Local<v8::Object> target);
}
