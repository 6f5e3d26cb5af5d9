#pragma once

namespace flambeau {

// Fills the command table.
void registerHandlers();

}  // namespace flambeau
