/** Tests run on the reference backend: float64 throughout, and nothing to build. */
import "@flambeau/testing";
import { setDefaultDevice } from "@flambeau/core";

setDefaultDevice("reference");
