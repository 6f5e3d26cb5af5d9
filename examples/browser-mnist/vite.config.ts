import { defaultClientConditions, defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the built page works in any folder of a site.
  base: "./",
  resolve: { conditions: ["flambeau-source", ...defaultClientConditions] },
  build: { target: "es2022", chunkSizeWarningLimit: 1000 },
  preview: { host: "localhost" },
  server: { host: "localhost" },
});
