// The command table. Opcodes mirror `opcodes` in src/queue.ts.
#pragma once

#include <cstdint>

namespace flambeau {

class Runtime;

enum class Opcode : int {
  Copy = 1,
  Fused = 2,
  Matmul = 3,
  Conv = 4,
  Pool = 5,
  Gather = 6,
  Scatter = 7,
  Scan = 8,
  Sort = 9,
  Nonzero = 10,
  Write = 11,
  Count = 16,
};

// `payload` points behind the opcode and the length.
using CommandHandler = void (*)(const double* payload, Runtime&);

// The entry of an opcode. addon/handlers.cpp fills the table by name (a registration object of a file's own would be
// dropped by the linker); Opcode::Fused is `void fusedRun(const double* payload, Runtime&)` of fused/fused.h.
CommandHandler& commandHandler(Opcode opcode);

}  // namespace flambeau
