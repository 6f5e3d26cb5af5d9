#include "addon/handlers.h"

#include "kernels/kernels.h"
#include "runtime/commands.h"
#include "fused/fused.h"

namespace flambeau {

void registerHandlers() {
  static const bool once = [] {
    commandHandler(Opcode::Fused) = fusedRun;
    commandHandler(Opcode::Matmul) = matmulCommand;
    commandHandler(Opcode::Conv) = convCommand;
    commandHandler(Opcode::Pool) = poolCommand;
    commandHandler(Opcode::Gather) = gatherCommand;
    commandHandler(Opcode::Scatter) = scatterCommand;
    commandHandler(Opcode::Scan) = scanCommand;
    commandHandler(Opcode::Sort) = sortCommand;
    commandHandler(Opcode::Nonzero) = nonzeroCommand;
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace flambeau
