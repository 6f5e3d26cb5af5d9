// Handlers of the structured kernels. Payloads are written by the files of the same names in src/kernels.
#pragma once

namespace flambeau {

class Runtime;

void matmulCommand(const double* payload, Runtime& runtime);
void convCommand(const double* payload, Runtime& runtime);
void poolCommand(const double* payload, Runtime& runtime);
void gatherCommand(const double* payload, Runtime& runtime);
void scatterCommand(const double* payload, Runtime& runtime);
void scanCommand(const double* payload, Runtime& runtime);
void sortCommand(const double* payload, Runtime& runtime);
void nonzeroCommand(const double* payload, Runtime& runtime);

}  // namespace flambeau
