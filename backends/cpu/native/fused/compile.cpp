// From the words of src/fused/encode.ts to a kernel, and the table of kernels.
#include "fused/compile.h"

#include <deque>
#include <mutex>

#include "fused/fused.h"
#include "fused/structure.h"
#include "fused/table.h"

namespace flambeau::fused {

namespace {

class Reader {
 public:
  Reader(const double* code, int64_t length) : at(code), end(code + length) {}
  bool ok() const { return good; }
  bool done() const { return good && at == end; }
  double number() {
    if (at >= end) good = false;
    return good ? *at++ : 0;
  }
  int64_t integer() { return static_cast<int64_t>(number()); }
  // A whole number in [low, high).
  int within(int64_t low, int64_t high) {
    const double v = number();
    if (!(v >= static_cast<double>(low) && v < static_cast<double>(high))) good = false;
    return good ? static_cast<int>(v) : static_cast<int>(low);
  }
  void fail() { good = false; }

 private:
  const double* at;
  const double* end;
  bool good = true;
};

bool storedAs(Type type, DType dtype) {
  switch (type) {
    case F32: return dtype == DType::Float32;
    case F64: return dtype == DType::Float64;
    case I32: return dtype == DType::Int32;
    case I64: return dtype == DType::Int64;
    default: return dtype == DType::Bool;
  }
}

constexpr int most = 1 << 16;

void readInstruction(Reader& in, const Kernel& kernel, Instruction& to) {
  const int values = static_cast<int>(kernel.values.size());
  const int operands = static_cast<int>(kernel.inputs.size() + kernel.outputs.size()) + kernel.positions;
  to.op = in.within(0, opcodeCount);
  to.type = static_cast<Type>(in.within(0, typeCount));
  to.shape = static_cast<Shape>(in.within(0, shapeCount));
  const int form = in.within(0, formCount);
  const int limit = values > operands ? values : operands;
  to.d = in.within(-1, values);
  to.a = in.within(-1, limit);
  to.b = in.within(-1, limit);
  to.c = in.within(-1, limit);
  const uint64_t high = static_cast<uint64_t>(in.integer()), low = static_cast<uint64_t>(in.integer());
  to.imm = static_cast<int64_t>(high << 32 | (low & 0xffffffffu));
  if (to.op == op_normalize && (high >= kernel.values.size() || low >= kernel.values.size())) in.fail();
  if (to.op < op_constant) {
    to.run = table().element[to.op][to.type][form];
  } else {
    to.run = structureHandler(to.op);
  }
  if (to.run == nullptr) in.fail();
  if (to.op == op_load || to.op == op_bind || to.op == op_store) {
    const int inputs = static_cast<int>(kernel.inputs.size());
    const int at = to.op == op_load ? to.a : to.a - inputs;
    const std::vector<DType>& dtypes = to.op == op_load ? kernel.inputs : kernel.outputs;
    if (at < 0 || at >= static_cast<int>(dtypes.size())) return in.fail();
    to.direct = storedAs(to.type, dtypes[static_cast<size_t>(at)]);
  }
}

void readSection(Reader& in, const Kernel& kernel, std::vector<Instruction>& section) {
  section.resize(static_cast<size_t>(in.within(0, most)));
  for (Instruction& instruction : section) readInstruction(in, kernel, instruction);
}

struct Registry {
  std::mutex mutex;
  std::deque<std::unique_ptr<Kernel>> kernels;
};
Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace

std::unique_ptr<Kernel> decode(const double* code, int64_t length) {
  Reader in(code, length);
  auto kernel = std::make_unique<Kernel>();
  kernel->reducing = in.within(0, 2) != 0;
  kernel->overOuter = in.within(0, 2) != 0;
  kernel->tileSlots = in.within(0, most);
  kernel->rowSlots = in.within(0, most);
  kernel->tileScalars = in.within(0, most);
  kernel->rowScalars = in.within(0, most);
  kernel->slotWidth = in.within(1, 9);
  kernel->tileCapacity = in.within(1, 1 << 20);
  kernel->cost = in.number();
  kernel->positions = in.within(0, most);
  kernel->inputs.resize(static_cast<size_t>(in.within(0, most)));
  for (DType& dtype : kernel->inputs) dtype = static_cast<DType>(in.within(0, dtypeCount));
  kernel->outputs.resize(static_cast<size_t>(in.within(0, most)));
  for (DType& dtype : kernel->outputs) dtype = static_cast<DType>(in.within(0, dtypeCount));
  kernel->values.resize(static_cast<size_t>(in.within(0, most)));
  for (Value& value : kernel->values) {
    value.type = static_cast<Type>(in.within(0, typeCount));
    value.shape = static_cast<Shape>(in.within(0, shapeCount));
    value.shared = in.within(0, 2) != 0;
    value.slot = in.within(0, most);
  }
  kernel->bindings.resize(static_cast<size_t>(in.within(0, most)));
  for (Binding& binding : kernel->bindings) {
    binding.output = in.within(0, most);
    const uint64_t high = static_cast<uint64_t>(in.integer()), low = static_cast<uint64_t>(in.integer());
    binding.hazards = high << 32 | low;
  }
  readSection(in, *kernel, kernel->once);
  readSection(in, *kernel, kernel->prologue);
  kernel->passes.resize(static_cast<size_t>(in.within(0, most)));
  for (Pass& pass : kernel->passes) {
    pass.folds.resize(static_cast<size_t>(in.within(0, most)));
    for (Fold& fold : pass.folds) {
      fold.monoid = static_cast<Monoid>(in.within(0, monoidCount));
      fold.type = static_cast<Type>(in.within(0, typeCount));
      fold.results[0] = in.within(-1, static_cast<int64_t>(kernel->values.size()));
      fold.results[1] = in.within(-1, static_cast<int64_t>(kernel->values.size()));
      fold.states = table().folds[fold.monoid][fold.type].states;
      if (fold.states == 0) in.fail();
      fold.stateOffset = pass.states;
      pass.states += fold.states;
    }
    readSection(in, *kernel, pass.element);
    readSection(in, *kernel, pass.row);
  }
  return in.done() ? std::move(kernel) : nullptr;
}

const Kernel* kernelOf(int handle) {
  Registry& all = registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  return handle >= 0 && handle < static_cast<int>(all.kernels.size()) ? all.kernels[static_cast<size_t>(handle)].get() : nullptr;
}

}  // namespace flambeau::fused

namespace flambeau {

int fusedCompile(const double* code, int64_t length) {
  std::unique_ptr<fused::Kernel> kernel = fused::decode(code, length);
  if (kernel == nullptr) return -1;
  fused::Registry& all = fused::registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  for (size_t i = 0; i < all.kernels.size(); ++i) {
    if (all.kernels[i] == nullptr) {
      all.kernels[i] = std::move(kernel);
      return static_cast<int>(i);
    }
  }
  all.kernels.push_back(std::move(kernel));
  return static_cast<int>(all.kernels.size()) - 1;
}

void fusedRelease(int handle) {
  fused::Registry& all = fused::registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  if (handle >= 0 && handle < static_cast<int>(all.kernels.size())) all.kernels[static_cast<size_t>(handle)].reset();
}

}  // namespace flambeau
