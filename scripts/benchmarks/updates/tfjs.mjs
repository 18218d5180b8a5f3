// SPDX-License-Identifier: MIT
/** TensorFlow.js (wasm backend) applying given gradients. It has no AdamW. */

import { createRequire } from "node:module";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { compete } from "./contest.mjs";

const LR = 1e-3;

/** Both variables and optimizers go by name, which may be taken once. */
let made = 0;

const applying = (makeOptimizer) => (values, grad) => {
  made += 1;
  const variable = tf.variable(tf.tensor1d(values), true, `values${made}`);
  const gradients = { [variable.name]: tf.tensor1d(grad) };
  const optimizer = makeOptimizer();
  return {
    values: () => variable.dataSync(),
    step: () => optimizer.applyGradients(gradients),
  };
};

const backend = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
setWasmPaths(`${path.dirname(backend)}/`);
await tf.setBackend("wasm");
await compete({
  SGD: applying(() => tf.train.momentum(LR, 0.9)),
  // PyTorch's epsilon; TensorFlow's own is 1e-7
  Adam: applying(() => tf.train.adam(LR, 0.9, 0.999, 1e-8)),
});
