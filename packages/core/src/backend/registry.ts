/** Devices by name: "cpu", "cuda:1". Backends register here when they are imported; a device is opened at first use. */
import { ArgumentError, BackendUnavailableError, DeviceError } from "../errors.js";
import type { Backend, BackendFactory } from "./backend.js";

/** One opened device. Compared by identity: there is one object per device name. */
export class Device {
  constructor(
    readonly type: string,
    readonly index: number,
    readonly backend: Backend,
  ) {}

  toString(): string {
    return this.index === 0 ? this.type : `${this.type}:${this.index}`;
  }
}

export type DeviceLike = Device | string;

const factories = new Map<string, BackendFactory>();
const opened = new Map<string, Device>();
let chosen: Device | null = null;

/** Makes a backend known; importing a backend package calls this. */
export function registerBackend(factory: BackendFactory): void {
  factories.set(factory.name, factory);
}

/** Names of the registered backends, the preferred one first. */
export function registeredBackends(): string[] {
  return [...factories.values()].sort((a, b) => b.priority - a.priority).map((f) => f.name);
}

function parse(op: string, name: string): { type: string; index: number; key: string } {
  const match = /^([a-z]+)(?::(\d+))?$/.exec(name);
  if (match === null) {
    throw new ArgumentError(op, `expected a device such as "cpu" or "cuda:1", got "${name}"`);
  }
  const type = match[1] as string;
  const index = match[2] === undefined ? 0 : Number(match[2]);
  return { type, index, key: `${type}:${index}` };
}

function factoryOf(op: string, type: string): BackendFactory {
  const factory = factories.get(type);
  if (factory !== undefined) return factory;
  const known = registeredBackends();
  const have = known.length > 0 ? `registered are ${known.join(", ")}` : "none is registered";
  throw new BackendUnavailableError(
    op,
    `no backend named "${type}" (${have}); install and import its package, for example @flambeau/${type}`,
  );
}

/**
 * Opens a device, waiting where its platform demands it (WebGPU). From then on every call that names it is
 * synchronous. Throws BackendUnavailableError, which says what is missing.
 */
export async function open(name: string): Promise<Device> {
  const { type, index, key } = parse("open", name);
  const known = opened.get(key);
  if (known !== undefined) return known;
  const backend = await factoryOf("open", type).open(index);
  const raced = opened.get(key);
  if (raced !== undefined) {
    backend.dispose();
    return raced;
  }
  const device = new Device(type, index, backend);
  opened.set(key, device);
  return device;
}

/** The device a name means, opened if that needs no waiting. */
export function resolveDevice(op: string, device: DeviceLike | null | undefined): Device {
  if (device === null || device === undefined) return chosen ?? defaultDevice();
  if (typeof device !== "string") return device;
  const { type, index, key } = parse(op, device);
  const known = opened.get(key);
  if (known !== undefined) return known;
  const factory = factoryOf(op, type);
  if (factory.openSync === undefined) {
    throw new DeviceError(
      op,
      `device "${device}" is not open yet: call \`await open("${device}")\` once first`,
    );
  }
  const made = new Device(type, index, factory.openSync(index));
  opened.set(key, made);
  return made;
}

/** Device of tensors created without one: the one set, else the preferred backend that opens without waiting. */
export function defaultDevice(): Device {
  if (chosen !== null) return chosen;
  for (const name of registeredBackends()) {
    const known = opened.get(`${name}:0`);
    if (known !== undefined) return known;
    if (factories.get(name)?.openSync !== undefined) return resolveDevice("defaultDevice", name);
  }
  throw new BackendUnavailableError(
    "defaultDevice",
    "no backend is registered; import one, for example @flambeau/cpu",
  );
}

/** Chooses the device of tensors created without one (`torch.set_default_device`); null returns to the preferred backend. */
export function setDefaultDevice(device: DeviceLike | null): void {
  chosen = device === null ? null : resolveDevice("setDefaultDevice", device);
}

/** Closes a device; its tensors cannot be used afterwards. */
export function closeDevice(device: DeviceLike): void {
  const found = resolveDevice("closeDevice", device);
  opened.delete(`${found.type}:${found.index}`);
  if (chosen === found) chosen = null;
  found.backend.dispose();
}
