// SPDX-License-Identifier: MIT
/**
 * TensorFlow.js (wasm backend) training a workload with the same arithmetic as ours, one eager step after the
 * other. Proves first that it does: its loss at every described step must be ours. Then it is timed.
 *
 * usage: node tfjs.mjs EXPERIMENT.json DESCRIPTION.json SECONDS     prints {"steps", "seconds"}
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

/** Float32 sums in another order: the paths part slowly, and by no more than this while we look. */
const RELATIVE_TOLERANCE = 1e-3;

const [experimentPath, descriptionPath, seconds] = process.argv.slice(2);
const experiment = JSON.parse(readFileSync(experimentPath, "utf8"));
const description = JSON.parse(readFileSync(descriptionPath, "utf8"));

/** The optimizer of the experiment's one run, under TensorFlow's names. */
function makeOptimizer({ name, lr }) {
  // PyTorch's epsilon; TensorFlow's own is 1e-7
  if (name === "Adam") return tf.train.adam(lr, 0.9, 0.999, 1e-8);
  if (name === "SGD") return tf.train.sgd(lr);
  throw new Error(`no peer for ${name}`);
}

function makeVariables() {
  return description.parameters.map(({ shape, value }) => tf.variable(tf.tensor(value, shape)));
}

/** Rosenbrock's function as the engine writes it. */
function surfaceLoss([x, y]) {
  const toOne = tf.square(tf.sub(1, x));
  const toCurve = tf.square(tf.sub(y, tf.square(x)));
  return tf.add(toOne, tf.mul(100, toCurve));
}

/** (variables, batch) => loss of a multilayer perceptron. */
function makeTaskLoss({ model, loss }) {
  const activation = { tanh: tf.tanh, relu: tf.relu }[model.activation];
  return (variables, { x, target }) => {
    let output = x;
    for (let layer = 0; layer < variables.length; layer += 2) {
      const [weight, bias] = variables.slice(layer, layer + 2);
      output = tf.add(tf.matMul(output, weight, false, true), bias);
      if (layer + 2 < variables.length) output = activation(output);
    }
    return loss === "mse"
      ? tf.losses.meanSquaredError(target, output)
      : tf.losses.softmaxCrossEntropy(target, output);
  };
}

/** The described mini-batches as tensors, made before the clock starts. */
function makeBatches({ features, classes, x, labels, batches }, loss) {
  return batches.map((indices) => {
    const rows = indices.flatMap((index) => x.slice(index * features, (index + 1) * features));
    const picked = indices.map((index) => labels[index]);
    const target =
      loss === "mse"
        ? tf.tensor2d(picked.map((label) => [2 * label - 1]))
        : tf.cast(tf.oneHot(tf.tensor1d(picked, "int32"), classes), "float32");
    return { x: tf.tensor2d(rows, [indices.length, features]), target };
  });
}

/** A function that trains step k of the experiment and returns its loss as a tensor. */
function makeTraining() {
  const optimizer = makeOptimizer(experiment.runs[0].optimizer);
  const variables = makeVariables();
  const { task } = description;
  if (task === null) {
    return () => optimizer.minimize(() => surfaceLoss(variables), true, variables);
  }
  const batches = makeBatches(task, experiment.problem.loss);
  const lossOf = makeTaskLoss(experiment.problem);
  return (step) =>
    optimizer.minimize(() => lossOf(variables, batches[step % batches.length]), true, variables);
}

function check(train) {
  description.losses.forEach((ours, step) => {
    const theirs = tf.tidy(() => train(step).dataSync()[0]);
    if (!(Math.abs(theirs - ours) <= RELATIVE_TOLERANCE * Math.max(1e-3, Math.abs(ours)))) {
      throw new Error(`step ${step}: TensorFlow.js has the loss ${theirs}, StepLab ${ours}`);
    }
  });
}

function time(train, limit) {
  let steps = 0;
  const started = performance.now();
  for (;;) {
    train(steps).dispose();
    steps += 1;
    const elapsed = (performance.now() - started) / 1000;
    if (elapsed >= limit) return { steps, seconds: elapsed };
  }
}

const backend = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
setWasmPaths(`${path.dirname(backend)}/`);
await tf.setBackend("wasm");
check(makeTraining());
// As ours: the engine has compiled again what is hot before the clock starts.
time(makeTraining(), Number(seconds) / 4);
console.log(JSON.stringify(time(makeTraining(), Number(seconds))));
