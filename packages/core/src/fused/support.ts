/** Checks every operator makes before it touches a device. */
import type { Device } from "../backend/registry.js";
import { DeviceError, DTypeError } from "../errors.js";
import type { Tensor } from "../tensor/tensor.js";

/** Throws unless all tensors are on `device` and the device has their dtypes. */
export function checkSupport(op: string, device: Device, ...groups: (readonly Tensor[])[]): void {
  const supported = device.backend.capabilities.dtypes;
  for (const group of groups) {
    for (const tensor of group) {
      if (tensor.device !== device) {
        throw new DeviceError(op, `expected all tensors on one device, got ${device} and ${tensor.device}`);
      }
      if (!supported.has(tensor.dtype)) {
        throw new DTypeError(op, `device ${device} does not offer ${tensor.dtype}`);
      }
    }
  }
}
