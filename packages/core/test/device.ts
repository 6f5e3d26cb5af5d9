/** Tests of operators run on the reference backend, under the name programs use. */
import { registerBackend } from "@flambeau/core";
import { referenceFactory } from "@flambeau/testing";

registerBackend({ ...referenceFactory, name: "cpu", priority: 0 });

export * from "@flambeau/core";
