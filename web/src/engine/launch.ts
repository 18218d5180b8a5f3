// SPDX-License-Identifier: MIT
/**
 * Starts an engine where the page allows it: in a worker of our own address; where that is another
 * origin, in a worker made of a blob; and where workers are forbidden, on this thread.
 */

import { WorkerHost, type WorkerLike } from "./client.js";
import type { Edition } from "./editions.js";
import { StepLabError } from "./errors.js";
import type { EngineHost, FromWorker } from "./protocol.js";

export async function launch(
  edition: Edition,
  wasmUrl: string,
  inWorker: boolean,
): Promise<EngineHost> {
  if (inWorker) {
    for (const open of [() => ownWorker(edition.worker), () => blobWorker(edition.worker)]) {
      const worker = await open();
      if (worker && (await answers(worker, wasmUrl))) return new WorkerHost(worker);
    }
  }
  // On demand: a page with workers needs neither on its own thread.
  const [create, { launchDirect }] = await Promise.all([
    edition.loadGlue(),
    import("./launch-direct.js"),
  ]);
  return launchDirect(create, wasmUrl);
}

function ownWorker(address: URL): WorkerLike | null {
  try {
    return new Worker(address, { type: "module", name: "steplab" });
  } catch {
    return null; // another origin, or a sandboxed frame
  }
}

// The worker is built as one file without imports, so its text is all that a blob needs.
async function blobWorker(address: URL): Promise<WorkerLike | null> {
  try {
    const response = await fetch(address);
    if (!response.ok) return null;
    const blob = URL.createObjectURL(await response.blob());
    try {
      return new Worker(blob, { type: "module", name: "steplab" });
    } finally {
      // The worker may read the blob after the constructor returns.
      setTimeout(() => URL.revokeObjectURL(blob), 10_000);
    }
  } catch {
    return null;
  }
}

/** Resolves with false when the worker's script was refused; rejects when it ran but had no module. */
function answers(worker: WorkerLike, wasmUrl: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      resolve(false);
    };
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === "ready") resolve(true);
      if (data.kind !== "lost") return;
      worker.terminate();
      reject(new StepLabError(data.error));
    };
    worker.postMessage({ kind: "start", wasmUrl }, []);
  });
}
