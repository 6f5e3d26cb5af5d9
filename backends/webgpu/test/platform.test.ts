import {
  BackendUnavailableError,
  closeDevice,
  open,
  registeredBackends,
  setDefaultDevice,
} from "@flambeau/core";
import { describe, expect, it } from "vitest";
import { WebgpuBackend } from "../src/backend.js";
import { openWebgpu } from "../src/index.js";
import { findGpu, noAdapter } from "../src/platform.js";

const gpu = {} as GPU;
const node = { versions: { node: "20.0.0" } };
const missing = (): Promise<never> => Promise.reject(new Error("Cannot find package 'webgpu'"));

describe("WebGPU is found", () => {
  it("at navigator.gpu, before the package is looked for", async () => {
    expect(await findGpu({ navigator: { gpu } }, missing)).toBe(gpu);
  });

  it("in the package in Node, made once and kept with the global object", async () => {
    const host = { navigator: {}, process: { platform: "linux", ...node } };
    let made = 0;
    const create = (): GPU => {
      made++;
      return gpu;
    };
    const load = async () => ({ create });
    expect(await findGpu(host, load)).toBe(gpu);
    expect(await findGpu(host, load)).toBe(gpu);
    expect(made).toBe(1);
    expect(Object.getOwnPropertySymbols(host).map((key) => Reflect.get(host, key))).toEqual([gpu]);
  });
});

describe("where WebGPU is missing the error says what to do", () => {
  it("in Node without the package", async () => {
    const found = findGpu({ process: { platform: "linux", ...node } }, missing);
    await expect(found).rejects.toThrow(BackendUnavailableError);
    await expect(found).rejects.toThrow(/Cannot find package 'webgpu'.*npm install webgpu/);
  });

  it("in a browser that has none", async () => {
    await expect(findGpu({ navigator: {} }, missing)).rejects.toThrow(
      /navigator\.gpu.*https or from localhost/,
    );
  });

  it("without an adapter, by platform", () => {
    const on = (platform: string): string => noAdapter({ process: { platform, ...node } }).message;
    expect(on("linux")).toMatch(/no GPU adapter.*Vulkan driver.*libvulkan\.so\.1.*VK_ICD_FILENAMES/);
    expect(on("win32")).toMatch(/no GPU adapter.*driver of your GPU/);
    expect(noAdapter({}).message).toMatch(/no GPU adapter.*hardware acceleration/);
  });
});

describe("the device", () => {
  it("is registered, and opened by name", async () => {
    expect(registeredBackends()).toContain("webgpu");
    expect(() => setDefaultDevice("webgpu:5")).toThrow('call `await open("webgpu:5")`');
    const device = await open("webgpu:5");
    expect(device.backend).toBeInstanceOf(WebgpuBackend);
    expect(device.toString()).toBe("webgpu:5");
    expect(device.backend.capabilities.syncRead).toBe(false);
    expect(device.backend.capabilities.dtypes.has("float64")).toBe(false);
    closeDevice(device);
    const direct = await openWebgpu();
    expect([direct.name, direct.index]).toEqual(["webgpu", 0]);
    direct.dispose();
  });
});
