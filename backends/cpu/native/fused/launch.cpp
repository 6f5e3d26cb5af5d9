// Decoding of launches: sizes and blocks of the dimensions, then one entry per operand.
#include "fused/launch.h"

#include "fused/compile.h"

namespace flambeau::fused {

namespace {

// Whether the elements of a tile lie one after another. Inner dimensions must be whole: their last block is shorter.
bool contiguousAlong(const Launch& launch, Shape shape, const int64_t* strides, int64_t width) {
  int64_t expected = width;
  for (int i = launch.tileRank[shape] - 1; i >= 0; --i) {
    const int d = launch.tileDims[shape][i];
    if (strides[d] != expected || (i > 0 && launch.block[d] != launch.size[d])) return false;
    expected *= launch.block[d];
  }
  return true;
}

void readStrides(const double*& at, Launch& launch, Operand& operand, int64_t width) {
  for (int d = 0; d < launch.dims; ++d) operand.strides[d] = static_cast<int64_t>(*at++) * width;
  operand.contiguous[Uniform] = true;
  operand.contiguous[Row] = contiguousAlong(launch, Row, operand.strides, width);
  operand.contiguous[Element] = contiguousAlong(launch, Element, operand.strides, width);
}

void addTileDims(Launch& launch, Shape shape, int from, int to) {
  for (int d = from; d < to; ++d) {
    if (launch.block[d] > 1) launch.tileDims[shape][launch.tileRank[shape]++] = d;
  }
}

int64_t blocksIn(const Launch& launch, int from, int to) {
  int64_t count = 1;
  for (int d = from; d < to; ++d) count *= (launch.size[d] + launch.block[d] - 1) / launch.block[d];
  return count;
}

}  // namespace

bool readLaunch(const double* at, const Runtime& runtime, Launch& launch) {
  launch.kernel = kernelOf(static_cast<int>(*at++));
  if (launch.kernel == nullptr) return false;
  const Kernel& kernel = *launch.kernel;
  launch.table = &table();
  launch.op = static_cast<int>(*at++);
  launch.dims = static_cast<int>(*at++);
  launch.rowDims = static_cast<int>(*at++);
  launch.rowCapacity = 1;
  for (int d = 0; d < launch.dims; ++d) launch.size[d] = static_cast<int64_t>(*at++);
  for (int d = 0; d < launch.dims; ++d) {
    launch.block[d] = static_cast<int64_t>(*at++);
    if (d < launch.rowDims) launch.rowCapacity *= launch.block[d];
  }
  launch.rowBlocks = blocksIn(launch, 0, launch.rowDims);
  launch.overTiles = blocksIn(launch, launch.rowDims, launch.dims);
  launch.tileRank[Uniform] = launch.tileRank[Row] = launch.tileRank[Element] = 0;
  addTileDims(launch, Row, 0, launch.rowDims);
  if (kernel.overOuter) addTileDims(launch, Element, launch.rowDims, launch.dims);
  addTileDims(launch, Element, 0, launch.rowDims);
  if (!kernel.overOuter) addTileDims(launch, Element, launch.rowDims, launch.dims);

  const size_t memories = kernel.inputs.size() + kernel.outputs.size();
  launch.operands.resize(memories + static_cast<size_t>(kernel.positions));
  for (size_t i = 0; i < memories; ++i) {
    Operand& operand = launch.operands[i];
    operand.dtype = i < kernel.inputs.size() ? kernel.inputs[i] : kernel.outputs[i - kernel.inputs.size()];
    const int form = static_cast<int>(*at++);
    operand.number = form != 0;
    operand.bindable = true;
    if (form == 0) {
      operand.buffer = *at++;
      operand.base = static_cast<char*>(runtime.pointer(operand.buffer)) + static_cast<int64_t>(*at++);
      readStrides(at, launch, operand, static_cast<int64_t>(bytesOf(operand.dtype)));
    } else if (form == 1) {
      operand.whole = false;
      operand.real = *at++;
    } else {
      operand.whole = true;
      const uint64_t high = static_cast<uint64_t>(static_cast<int64_t>(*at++)), low = static_cast<uint64_t>(*at++);
      operand.integer = static_cast<int64_t>(high << 32 | low);
    }
  }
  for (size_t i = memories; i < launch.operands.size(); ++i) {
    launch.operands[i].base = nullptr;
    readStrides(at, launch, launch.operands[i], 1);
  }
  for (const Binding& binding : kernel.bindings) {
    Operand& output = launch.operands[static_cast<size_t>(binding.output)];
    for (size_t i = 0; i < kernel.inputs.size(); ++i) {
      const Operand& input = launch.operands[i];
      const bool readLater = i >= 64 || (binding.hazards >> i & 1) != 0;
      if (readLater && !input.number && input.buffer == output.buffer) output.bindable = false;
    }
  }
  return true;
}

}  // namespace flambeau::fused
