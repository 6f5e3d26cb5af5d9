#include "addon/environment.h"

#include <new>

namespace flambeau {

namespace {

// More batches than this in the background and the JavaScript thread waits: it is far enough ahead.
constexpr size_t deepest = 16;
// Cached memory beyond the limit divided by this goes back to the system.
constexpr size_t cacheShare = 4;

void callDone(napi_env env, napi_value callback, void* context, void* data) {
  std::unique_ptr<Completion> completion(static_cast<Completion*>(data));
  if (env == nullptr) return;
  static_cast<Environment*>(context)->ticketDone(env);
  const KernelError error = completion->error.value_or(KernelError{static_cast<ErrorCode>(0), 0, 0, 0, 0});
  const double values[] = {static_cast<double>(completion->ticket), static_cast<double>(error.code),
                           static_cast<double>(error.op),           static_cast<double>(error.value),
                           static_cast<double>(error.size),         static_cast<double>(error.dimension)};
  napi_value args[6], receiver;
  for (int i = 0; i < 6; ++i) napi_create_double(env, values[i], &args[i]);
  napi_get_undefined(env, &receiver);
  napi_call_function(env, receiver, callback, 6, args, nullptr);
}

}  // namespace

Environment* Environment::create(napi_env env) {
  auto* self = new Environment;
  napi_add_env_cleanup_hook(env, [](void* data) { static_cast<Environment*>(data)->drop(); }, self);
  return self;
}

void Environment::open(napi_env env, napi_value array, size_t memoryLimit, napi_value onDone) {
  void* data = nullptr;
  napi_get_typedarray_info(env, array, nullptr, nullptr, &data, nullptr, nullptr);
  words = static_cast<const double*>(data);
  napi_create_reference(env, array, 1, &wordsReference);
  napi_value name;
  napi_create_string_utf8(env, "flambeau", NAPI_AUTO_LENGTH, &name);
  napi_create_threadsafe_function(env, onDone, nullptr, name, 0, 1, nullptr, nullptr, this, callDone, &completions);
  napi_unref_threadsafe_function(env, completions);
  runtime = std::make_unique<Runtime>(memoryLimit);
  background = std::make_unique<Background>(*runtime, [this](Completion completion) {
    auto* data = new Completion(std::move(completion));
    if (napi_call_threadsafe_function(completions, data, napi_tsfn_nonblocking) != napi_ok) delete data;
  });
  // Hooks run in reverse order: the thread ends before the function it calls is torn down.
  napi_add_env_cleanup_hook(env, [](void* self) { static_cast<Environment*>(self)->teardown(); }, this);
}

void Environment::teardown() { background->stop(); }

void Environment::drop() {
  if (--references == 0) delete this;
}

bool Environment::track(napi_env env, napi_value object, Memory::Allocation allocation) {
  const uint64_t key = uint64_t{allocation.generation} << 32 | allocation.id;
  if (napi_add_finalizer(env, object, reinterpret_cast<void*>(key), finalize, this, nullptr) != napi_ok) return false;
  ++references;
  return true;
}

void Environment::finalize(node_api_basic_env, void* data, void* hint) {
  auto* self = static_cast<Environment*>(hint);
  const auto key = reinterpret_cast<uint64_t>(data);
  // That includes the command being encoded at this moment, which may already name the block.
  self->runtime->memory.release(static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32), self->lastSerial());
  self->drop();
}

void Environment::flush(int64_t from, int64_t to) {
  if (background->idle()) {
    runtime->run(words + from, to - from);
    keepCacheSmall();
    return;
  }
  if (background->depth() >= deepest) background->wait();
  Job job;
  job.words.assign(words + from, words + to);
  background->submit(std::move(job));
}

void Environment::finish(int64_t from, int64_t to) {
  background->wait();
  if (to > from) runtime->run(words + from, to - from);
  keepCacheSmall();
}

void Environment::keepCacheSmall() {
  const size_t keep = runtime->memory.limit / cacheShare;
  if (runtime->memory.cachedBytes() > keep && idle()) runtime->memory.trim(keep);
}

void Environment::submit(napi_env env, int64_t from, int64_t to, Job job) {
  job.words.assign(words + from, words + to);
  if (outstanding++ == 0) napi_ref_threadsafe_function(env, completions);
  background->submit(std::move(job));
}

void Environment::ticketDone(napi_env env) {
  if (--outstanding == 0) napi_unref_threadsafe_function(env, completions);
  keepCacheSmall();
}

}  // namespace flambeau
