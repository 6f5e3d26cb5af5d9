/** Hands Flambeau, as a page imports it, to the test that opens this page. */
import * as fb from "flambeau";

Object.assign(globalThis, { fb });
