import { ConcatDataset } from "../datasets/concat.js";
import { type AnyDataset, ArrayDataset, type Dataset } from "../datasets/dataset.js";
import { buildModule, type Recipe } from "../datasets/recipe.js";
import { Subset } from "../datasets/subset.js";

/** Follows a recipe in the thread that will use the dataset. */
export async function buildDataset(recipe: Recipe): Promise<AnyDataset<unknown>> {
  switch (recipe.kind) {
    case "module": {
      const made = await buildModule(recipe);
      return Array.isArray(made) ? new ArrayDataset(made) : made;
    }
    case "subset":
      return new Subset((await buildDataset(recipe.of)) as Dataset<unknown>, recipe.indices);
    case "concat":
      return new ConcatDataset((await Promise.all(recipe.of.map(buildDataset))) as Dataset<unknown>[]);
    default:
      return recipe satisfies never;
  }
}
