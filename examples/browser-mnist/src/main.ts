/** Puts the page together once there is a GPU. */
import "./style.css";
import * as fb from "flambeau";
import { openGpu } from "./device.js";
import { loadDigits } from "./digits.js";
import { explain, part } from "./page.js";
import { ReadingPanel } from "./reading.js";
import { TrainingPanel } from "./training.js";

async function begin(): Promise<void> {
  const gpu = await openGpu();
  part("gpu").textContent = gpu.name;
  fb.manualSeed(0);
  const digits = await loadDigits("digits.bin");
  const reading = new ReadingPanel(() => training.session);
  const training = new TrainingPanel(gpu, digits, () => reading.refresh());
  part("lab").classList.remove("idle");
}

begin().catch(explain);
