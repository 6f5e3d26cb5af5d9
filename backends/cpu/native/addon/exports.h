// How a file adds functions to the addon.
#pragma once

#include <node_api.h>

namespace flambeau {

void exportFunction(napi_env env, napi_value exports, const char* name, napi_callback callback, void* data);

// fusedCompile(code: Float64Array): number and fusedRelease(program: number).
void exportFused(napi_env env, napi_value exports);

}  // namespace flambeau
