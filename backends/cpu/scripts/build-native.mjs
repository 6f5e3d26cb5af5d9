// Builds the native addon: `node build-native.mjs` makes build/Release/flambeau_cpu.node, `--sanitize` makes the
// native tests with address and undefined-behaviour sanitizers in build/Sanitize. Does nothing when nothing changed.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
const nativeDir = join(packageDir, "native");
const sanitize = process.argv.includes("--sanitize");
const buildDir = join(packageDir, "build", sanitize ? "Sanitize" : "Release");
const addon = join(packageDir, "build", "Release", "flambeau_cpu.node");
const stamp = join(buildDir, "flambeau-build.json");

const howToInstall =
  "On Debian or Ubuntu run `apt-get install cmake g++`, on macOS `xcode-select --install` and `brew install cmake`, " +
  "on Windows install Visual Studio's C++ build tools and CMake from cmake.org.";

const forwardSlashes = (path) => path.replaceAll("\\", "/");
const packageOf = (name) => dirname(require.resolve(`${name}/package.json`));

function configureArguments() {
  const headers = packageOf("node-api-headers");
  const args = [
    `-DCMAKE_BUILD_TYPE=${sanitize ? "RelWithDebInfo" : "Release"}`,
    `-DNODE_ADDON_API_DIR=${forwardSlashes(packageOf("node-addon-api"))}`,
    `-DNODE_API_HEADERS_DIR=${forwardSlashes(join(headers, "include"))}`,
    `-DFLAMBEAU_SANITIZE=${sanitize ? "ON" : "OFF"}`,
    `-DFLAMBEAU_TESTS=${sanitize ? "ON" : "OFF"}`,
  ];
  if (process.platform === "win32") {
    args.push(`-DNODE_API_DEF=${forwardSlashes(join(headers, "def", "node_api.def"))}`);
  }
  return args;
}

/** The latest time at which a source, or a folder's list of sources, changed. */
function newestChange(dir) {
  let newest = statSync(dir).mtimeMs;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestChange(path) : statSync(path).mtimeMs);
  }
  return newest;
}

function upToDate(configuration) {
  if (!existsSync(stamp) || (!sanitize && !existsSync(addon))) return false;
  return readFileSync(stamp, "utf8") === configuration && statSync(stamp).mtimeMs > newestChange(nativeDir);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function cmake(args) {
  const result = spawnSync("cmake", args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (result.error?.code === "ENOENT") {
    fail(`The CPU backend of Flambeau is compiled with CMake, and no cmake was found. ${howToInstall}`);
  }
  if (result.error) fail(`cmake could not be started: ${result.error.message}`);
  const output = `${result.stdout}${result.stderr}`;
  if (result.status === 0) return;
  console.error(output);
  if (/CMAKE_(C|CXX)_COMPILER|CMAKE_MAKE_PROGRAM|could not find any instance of Visual Studio/.test(output)) {
    fail(
      `The CPU backend of Flambeau needs a C++17 compiler and a build tool, and CMake found none. ${howToInstall}`,
    );
  }
  fail(
    `The CPU backend of Flambeau did not build: \`cmake ${args.join(" ")}\` failed with the output above.`,
  );
}

if (!existsSync(join(nativeDir, "CMakeLists.txt"))) {
  fail(`The CPU backend of Flambeau cannot be built: ${join(nativeDir, "CMakeLists.txt")} does not exist.`);
}
const configure = configureArguments();
const configuration = JSON.stringify(configure);
if (!upToDate(configuration)) {
  const started = new Date();
  console.log(`Compiling the CPU backend${sanitize ? " with sanitizers" : ""} …`);
  mkdirSync(buildDir, { recursive: true });
  cmake(["-S", nativeDir, "-B", buildDir, ...configure]);
  cmake(["--build", buildDir, "--config", sanitize ? "RelWithDebInfo" : "Release", "--parallel", "2"]);
  if (!sanitize && !existsSync(addon)) fail(`cmake reported success but did not write ${addon}.`);
  writeFileSync(stamp, configuration);
  // A source that was saved while the compiler ran counts as newer than this build.
  utimesSync(stamp, started, started);
  console.log(`Compiled the CPU backend in ${((Date.now() - started.getTime()) / 1000).toFixed(1)} s.`);
}
