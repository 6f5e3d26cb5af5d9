/** Where WebGPU comes from: the browser, or in Node the `webgpu` package. */
import { BackendUnavailableError } from "@flambeau/core";

/** What this file looks at of the global object. */
export interface Host {
  readonly navigator?: { readonly gpu?: GPU };
  readonly process?: { readonly platform: string; readonly versions?: { readonly node?: string } };
}

interface WebgpuPackage {
  create(options: readonly string[]): GPU;
}

/** A specifier that bundlers do not see: bundles for browsers must not go looking for the package. */
const packageName = "webgpu";
const loadPackage = (): Promise<WebgpuPackage> =>
  import(/* @vite-ignore */ /* webpackIgnore: true */ packageName) as Promise<WebgpuPackage>;

/**
 * The object that `create` returns must outlive everything made from it: Node crashes when it is collected. It is kept
 * with the global object, where a second copy of this package finds it too.
 */
const kept = Symbol.for("flambeau.webgpu");
type Keeping = Host & { [kept]?: GPU };

/** The entry point of WebGPU. Throws BackendUnavailableError, which says what to install or use. */
export async function findGpu(
  host: Host = globalThis as Host,
  load: () => Promise<WebgpuPackage> = loadPackage,
): Promise<GPU> {
  const keeping = host as Keeping;
  const found = host.navigator?.gpu ?? keeping[kept];
  if (found !== undefined) return found;
  if (host.process?.versions?.node === undefined) {
    throw new BackendUnavailableError(
      "webgpu",
      "this browser has no navigator.gpu: use a current Chrome, Edge, Safari or Firefox, and serve the page over https or from localhost",
    );
  }
  try {
    const gpu = (await load()).create([]);
    keeping[kept] = gpu;
    return gpu;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BackendUnavailableError(
      "webgpu",
      `in Node the device needs the package "webgpu", which could not be loaded (${reason}); install it: npm install webgpu`,
      { cause },
    );
  }
}

/** What is missing where WebGPU is there and no adapter is. */
export function noAdapter(host: Host = globalThis as Host): BackendUnavailableError {
  const advice =
    host.process?.versions?.node === undefined
      ? "turn on hardware acceleration in the browser's settings"
      : host.process.platform === "linux"
        ? "install the Vulkan driver of your GPU and the Vulkan loader (libvulkan.so.1, package libvulkan1); on a machine without a GPU " +
          "install a software driver (Mesa's lavapipe, 25 or newer, or SwiftShader, which comes with Chromium) and name its JSON file in VK_ICD_FILENAMES"
        : "install the current driver of your GPU";
  return new BackendUnavailableError("webgpu", `no GPU adapter was found: ${advice}`);
}
