// The functions JavaScript calls: `Native` in src/native.ts, in the same order.
#include <cmath>
#include <cstring>

#include "addon/environment.h"
#include "addon/exports.h"
#include "addon/handlers.h"
#include "isa.h"
#include "pool/pool.h"

namespace flambeau {

namespace {

// Arguments of one call. Callers are this package's own TypeScript, which has checked them.
template <size_t N>
struct Call {
  Call(napi_env env, napi_callback_info info) : env(env) {
    size_t count = N;
    void* data;
    napi_get_cb_info(env, info, &count, values, nullptr, &data);
    self = static_cast<Environment*>(data);
  }
  int64_t integer(size_t i) const {
    double value = 0;
    napi_get_value_double(env, values[i], &value);
    return static_cast<int64_t>(value);
  }
  uint32_t id(size_t i) const {
    uint32_t value = 0;
    napi_get_value_uint32(env, values[i], &value);
    return value;
  }
  char* bytes(size_t i, size_t* length) const {
    void* data = nullptr;
    napi_get_typedarray_info(env, values[i], nullptr, length, &data, nullptr, nullptr);
    return static_cast<char*>(data);
  }
  napi_env env;
  Environment* self;
  napi_value values[N == 0 ? 1 : N];
};

napi_value number(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

// null, or [code, op, value, size, dimension].
napi_value errorValue(napi_env env, const std::optional<KernelError>& error) {
  napi_value result;
  if (!error) {
    napi_get_null(env, &result);
    return result;
  }
  const double fields[] = {static_cast<double>(error->code), static_cast<double>(error->op), static_cast<double>(error->value),
                           static_cast<double>(error->size), static_cast<double>(error->dimension)};
  napi_create_array_with_length(env, 5, &result);
  for (uint32_t i = 0; i < 5; ++i) napi_set_element(env, result, i, number(env, fields[i]));
  return result;
}

napi_value open(napi_env env, napi_callback_info info) {
  Call<3> call(env, info);
  const int64_t limit = call.integer(1);
  if (call.self->opened()) return number(env, -1);
  const size_t bytes = limit > 0 ? static_cast<size_t>(limit) : systemMemory() / 10 * 9;
  call.self->open(env, call.values[0], bytes, call.values[2]);
  return number(env, static_cast<double>(call.self->runtime->memory.limit));
}

napi_value allocate(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  Memory& memory = call.self->runtime->memory;
  const Memory::Allocation allocation = memory.allocate(static_cast<size_t>(call.integer(1)));
  napi_value id;
  if (allocation.id != 0 && !call.self->track(env, call.values[0], allocation)) {
    memory.release(allocation.id, allocation.generation, 0);
    return number(env, 0);
  }
  napi_create_uint32(env, allocation.id, &id);
  return id;
}

napi_value release(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  Memory& memory = call.self->runtime->memory;
  const uint32_t id = call.id(0);
  memory.release(id, memory.generation(id), call.self->lastSerial());
  return nullptr;
}

// False when earlier work still uses the memory: then the bytes have to go through the queue.
napi_value write(napi_env env, napi_callback_info info) {
  Call<3> call(env, info);
  Runtime& runtime = *call.self->runtime;
  const uint32_t id = call.id(0);
  const bool ready = runtime.memory.busyUntil(id) <= runtime.completed.load(std::memory_order_acquire);
  if (ready) {
    size_t length = 0;
    const char* data = call.bytes(2, &length);
    if (length > 0) std::memcpy(static_cast<char*>(runtime.memory.pointer(id)) + call.integer(1), data, length);
  }
  napi_value result;
  napi_get_boolean(env, ready, &result);
  return result;
}

napi_value flush(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  call.self->flush(call.integer(0), call.integer(1));
  return nullptr;
}

napi_value finish(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  call.self->finish(call.integer(0), call.integer(1));
  return nullptr;
}

napi_value takeError(napi_env env, napi_callback_info info) {
  Call<0> call(env, info);
  return errorValue(env, call.self->runtime->takeError());
}

// Copies out, or returns the error that makes the content meaningless.
napi_value read(napi_env env, napi_callback_info info) {
  Call<3> call(env, info);
  const auto error = call.self->runtime->takeError();
  if (error) return errorValue(env, error);
  size_t length = 0;
  char* to = call.bytes(2, &length);
  if (length > 0) std::memcpy(to, static_cast<char*>(call.self->runtime->memory.pointer(call.id(0))) + call.integer(1), length);
  return errorValue(env, std::nullopt);
}

napi_value submit(napi_env env, napi_callback_info info) {
  Call<6> call(env, info);
  Job job;
  job.ticket = call.id(2);
  job.from = call.id(3);
  job.offset = static_cast<size_t>(call.integer(4));
  job.to = call.bytes(5, &job.bytes);
  call.self->submit(env, call.integer(0), call.integer(1), std::move(job));
  return nullptr;
}

napi_value completed(napi_env env, napi_callback_info info) {
  Call<0> call(env, info);
  return number(env, static_cast<double>(call.self->runtime->completed.load(std::memory_order_acquire)));
}

napi_value trim(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  if (call.self->idle()) call.self->runtime->memory.trim(static_cast<size_t>(call.integer(0)));
  return nullptr;
}

napi_value stats(napi_env env, napi_callback_info info) {
  Call<0> call(env, info);
  const Memory& memory = call.self->runtime->memory;
  const MemoryStats& s = memory.stats();
  const double fields[] = {static_cast<double>(s.allocatedBytes), static_cast<double>(s.peakAllocatedBytes),
                           static_cast<double>(s.reservedBytes), static_cast<double>(s.liveBuffers),
                           static_cast<double>(memory.cachedBytes())};
  napi_value result;
  napi_create_array_with_length(env, 5, &result);
  for (uint32_t i = 0; i < 5; ++i) napi_set_element(env, result, i, number(env, fields[i]));
  return result;
}

napi_value setThreads(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  Pool::instance().setThreads(static_cast<int>(call.id(0)));
  return nullptr;
}

napi_value describe(napi_env env, napi_callback_info) {
  napi_value result, isa;
  napi_create_object(env, &result);
  napi_create_string_utf8(env, isaName(detectIsa()), NAPI_AUTO_LENGTH, &isa);
  napi_set_named_property(env, result, "isa", isa);
  napi_set_named_property(env, result, "threads", number(env, Pool::instance().threads()));
  return result;
}

}  // namespace

void exportFunction(napi_env env, napi_value exports, const char* name, napi_callback callback, void* data) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, data, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace flambeau

NAPI_MODULE_INIT() {
  using namespace flambeau;
  Environment* self = Environment::create(env);
  registerHandlers();
  exportFunction(env, exports, "open", open, self);
  exportFunction(env, exports, "allocate", allocate, self);
  exportFunction(env, exports, "release", release, self);
  exportFunction(env, exports, "write", write, self);
  exportFunction(env, exports, "flush", flush, self);
  exportFunction(env, exports, "finish", finish, self);
  exportFunction(env, exports, "takeError", takeError, self);
  exportFunction(env, exports, "read", read, self);
  exportFunction(env, exports, "submit", submit, self);
  exportFunction(env, exports, "completed", completed, self);
  exportFunction(env, exports, "trim", trim, self);
  exportFunction(env, exports, "stats", stats, self);
  exportFunction(env, exports, "setThreads", setThreads, self);
  exportFunction(env, exports, "describe", describe, self);
  exportFused(env, exports);
  // With any other version finalizers would wait for the event loop, and a loop that never yields would leak.
  napi_set_named_property(env, exports, "apiVersion", number(env, node_api_module_get_api_version_v1()));
  return exports;
}
