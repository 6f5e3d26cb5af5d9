#include "addon/exports.h"
#include "fused/fused.h"

namespace flambeau {

namespace {

napi_value compile(napi_env env, napi_callback_info info) {
  size_t count = 1, length = 0;
  napi_value array, result;
  void* data = nullptr;
  napi_get_cb_info(env, info, &count, &array, nullptr, nullptr);
  napi_get_typedarray_info(env, array, nullptr, &length, &data, nullptr, nullptr);
  const int program = fusedCompile(static_cast<const double*>(data), static_cast<int64_t>(length));
  napi_create_int32(env, program, &result);
  return result;
}

napi_value release(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value value;
  int32_t program = 0;
  napi_get_cb_info(env, info, &count, &value, nullptr, nullptr);
  napi_get_value_int32(env, value, &program);
  fusedRelease(program);
  return nullptr;
}

}  // namespace

void exportFused(napi_env env, napi_value exports) {
  exportFunction(env, exports, "fusedCompile", compile, nullptr);
  exportFunction(env, exports, "fusedRelease", release, nullptr);
}

}  // namespace flambeau
