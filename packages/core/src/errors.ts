/**
 * Typed errors. Every message is a sentence that names the operation, what it expected and what it was given; `op`
 * repeats the operation's name for programs that want to tell errors apart.
 */
export class FlambeauError extends Error {
  override name = "FlambeauError";
  constructor(
    readonly op: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${op}: ${message}`, options);
  }
}

/** Shapes that do not fit together, or a shape an operation cannot take. */
export class ShapeError extends FlambeauError {
  override name = "ShapeError";
}

/** A dtype an operation or a device cannot take, or a conversion that would lose values. */
export class DTypeError extends FlambeauError {
  override name = "DTypeError";
}

/** Tensors on different devices, or something the tensor's device cannot do. */
export class DeviceError extends FlambeauError {
  override name = "DeviceError";
}

/** A dimension or an element index out of range. */
export class IndexError extends FlambeauError {
  override name = "IndexError";
}

/** An argument of the wrong type, out of its range, missing or unknown. */
export class ArgumentError extends FlambeauError {
  override name = "ArgumentError";
}

/** A tensor, scope or device used after it was disposed. */
export class DisposedError extends FlambeauError {
  override name = "DisposedError";
}

/** Backward through something that cannot be differentiated, was freed, or was modified in place. */
export class AutogradError extends FlambeauError {
  override name = "AutogradError";
}

/** A device that cannot be opened: the message says what is missing and what to install. */
export class BackendUnavailableError extends FlambeauError {
  override name = "BackendUnavailableError";
}

/** A device ran out of memory. */
export class OutOfMemoryError extends FlambeauError {
  override name = "OutOfMemoryError";
}

/** A linear-algebra routine failed on the values it was given (singular, not positive definite, not converged). */
export class LinAlgError extends FlambeauError {
  override name = "LinAlgError";
}

/** A file that cannot be read as what it claims to be. */
export class FormatError extends FlambeauError {
  override name = "FormatError";
}
