// Copies between views of one shape.
#pragma once

#include "runtime/view.h"

namespace flambeau {

// `to` receives the elements of `from`, converted to its dtype.
void convertInto(const View& from, const View& to);

// A contiguous view over `space`, which has room for the elements of `from` as `dtype`, filled with them.
View converted(const View& from, DType dtype, void* space);

}  // namespace flambeau
