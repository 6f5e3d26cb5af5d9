/** The network: two convolutions, two linear layers, 225,034 parameters. */
import { nn, type Tensor } from "flambeau";

export class DigitNet extends nn.Module {
  readonly conv1 = new nn.Conv2d(1, 32, 3);
  readonly conv2 = new nn.Conv2d(32, 64, 3);
  readonly dropout = new nn.Dropout(0.4);
  readonly fc1 = new nn.Linear(64 * 5 * 5, 128);
  readonly fc2 = new nn.Linear(128, 10);

  /** images [N, 1, 28, 28] → scores of the ten digits [N, 10]. */
  override forward(images: Tensor): Tensor {
    // Pooling first gives the same as relu first, and leaves relu a quarter of the work.
    let x = nn.functional.maxPool2d(this.conv1.forward(images), 2).relu();
    x = nn.functional.maxPool2d(this.conv2.forward(x), 2).relu();
    x = this.dropout.forward(x.flatten(1));
    x = this.fc1.forward(x).relu();
    return this.fc2.forward(this.dropout.forward(x));
  }
}
