/** Whether operations are recorded for backward. */
let enabled = true;

export const isGradEnabled = (): boolean => enabled;

function withGradMode<T>(mode: boolean, body: () => T): T {
  const before = enabled;
  enabled = mode;
  try {
    return body();
  } finally {
    enabled = before;
  }
}

/** Runs `body` without recording (`torch.no_grad`). `body` must be synchronous: the mode ends when it returns. */
export const noGrad = <T>(body: () => T): T => withGradMode(false, body);

/** Runs `body` with recording on, also inside `noGrad` (`torch.enable_grad`). */
export const enableGrad = <T>(body: () => T): T => withGradMode(true, body);

/** Sets recording for the rest of the program, or for `body` when one is given (`torch.set_grad_enabled`). */
export function setGradEnabled(mode: boolean): void;
export function setGradEnabled<T>(mode: boolean, body: () => T): T;
export function setGradEnabled<T>(mode: boolean, body?: () => T): T | undefined {
  if (body !== undefined) return withGradMode(mode, body);
  enabled = mode;
  return undefined;
}
