#!/usr/bin/env python3
"""Tests of the command line from outside: exit statuses, messages, files and pipes.

Run by CTest. usage: cli_test.py STEPLAB [--report OUT.xml]
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import junit_report

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
BOOTH = {
    "version": 1,
    "steps": 10,
    "problem": {"kind": "surface", "name": "booth"},
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.01}}],
}

steplab_path = ""


def steplab(*arguments: object, document: object = None) -> subprocess.CompletedProcess[bytes]:
    """Runs the command; `document` goes to its standard input as JSON, or as it is if it is text."""
    text = document if isinstance(document, str) else json.dumps(document)
    return subprocess.run(
        [steplab_path, *map(str, arguments)],
        input=text.encode("utf-8"),
        capture_output=True,
        timeout=120,
        check=False,
    )


def out(result: subprocess.CompletedProcess[bytes]) -> str:
    return result.stdout.decode("utf-8")


def err(result: subprocess.CompletedProcess[bytes]) -> str:
    return result.stderr.decode("utf-8")


class Usage(unittest.TestCase):
    def test_version(self) -> None:
        result = steplab("--version")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(out(result), r"^steplab \d+\.\d+\.\d+\n$")

    def test_help(self) -> None:
        result = steplab("run", "--help")
        self.assertEqual(result.returncode, 0)
        for option in ("FILE", "--steps", "--trace", "--every", "--state"):
            self.assertIn(option, out(result))

    def test_wrong_arguments_have_status_2(self) -> None:
        good = DATA / "experiments" / "beale_adam.json"
        for arguments in (
            [],
            ["run"],
            ["walk"],
            ["run", good, "--speed", 3],
            ["run", good, "--steps", "many"],
            ["run", good, "--steps", 0],
            ["run", good, "--steps", -1],
            ["run", good, "--steps", 1.5],
            ["run", good, "--steps", 1000001],
            ["run", good, "--trace", "-", "--every", 0],
            ["run", good, "--every", 2],
            ["optimizers", "extra"],
        ):
            with self.subTest(arguments=arguments):
                result = steplab(*arguments)
                self.assertEqual(result.returncode, 2)
                self.assertTrue(err(result).startswith("steplab: "), err(result))
                self.assertEqual(out(result), "")


class BadInput(unittest.TestCase):
    def test_every_broken_experiment_has_status_2(self) -> None:
        for broken in json.loads((DATA / "broken_experiments.json").read_text(encoding="utf-8")):
            with self.subTest(broken["name"]):
                result = steplab("run", "-", document=broken["text"])
                self.assertEqual(result.returncode, 2)
                path = f"{broken['path']}: " if broken["path"] else ""
                self.assertTrue(err(result).startswith(f"steplab: <stdin>: {path}"), err(result))
                self.assertIn(broken["message"], err(result))
                self.assertEqual(out(result), "")

    def test_message_names_file_and_path(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "bad.json"
            task = {"kind": "task", "data": {"name": "moons"}, "batch_size": 0}
            file.write_text(json.dumps({**BOOTH, "problem": task}), encoding="utf-8")
            self.assertEqual(
                err(steplab("run", file)),
                f"steplab: {file}: /problem/batch_size: batch_size is 0; "
                "it must be an integer from 1 to 4096\n",
            )

    def test_missing_file(self) -> None:
        result = steplab("run", "/nowhere/at-all.json")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(
            err(result),
            "steplab: /nowhere/at-all.json: cannot be opened: No such file or directory\n",
        )

    def test_folder(self) -> None:
        result = steplab("run", DATA)
        self.assertEqual(result.returncode, 2)
        self.assertIn("cannot be read", err(result))

    def test_what_only_a_session_can_know(self) -> None:
        for change, path in (
            ({"runs": [{"optimizer": {"name": "Adamm"}}]}, "/runs/0/optimizer"),
            ({"runs": [{"optimizer": {"name": "SGD", "lr": -1}}]}, "/runs/0/optimizer/lr"),
            ({"problem": {"kind": "surface", "formula": "x +* y"}}, "/problem/formula"),
        ):
            with self.subTest(path):
                result = steplab("run", "-", document={**BOOTH, **change})
                self.assertEqual(result.returncode, 2)
                self.assertTrue(err(result).startswith(f"steplab: <stdin>: {path}"), err(result))

    def test_trace_that_cannot_be_written(self) -> None:
        result = steplab("run", "-", "--trace", "/nowhere/trace.json", document=BOOTH)
        self.assertEqual(result.returncode, 2)
        self.assertIn("steplab: /nowhere/trace.json: cannot be opened", err(result))


class Run(unittest.TestCase):
    def trace(self, *arguments: object, document: object, status: int = 0) -> dict:
        result = steplab("run", "-", "--trace", "-", *arguments, document=document)
        self.assertEqual(result.returncode, status, err(result))
        return json.loads(out(result))

    def test_summary(self) -> None:
        result = steplab("run", "-", document=BOOTH)
        self.assertEqual(result.returncode, 0)
        self.assertRegex(out(result), r"^SGD 0\.01: completed after 10 steps, loss [0-9.e-]+\n$")

    def test_trace_has_the_keys_of_the_design(self) -> None:
        trace = self.trace(document=BOOTH)
        self.assertEqual(set(trace), {"version", "runs"})
        self.assertEqual(trace["version"], 1)
        run = trace["runs"][0]
        self.assertEqual(
            set(run), {"label", "status", "error", "step", "loss", "lr", "parameters"}
        )
        self.assertEqual(run["label"], "SGD 0.01")
        self.assertEqual(run["status"], "completed")
        self.assertIsNone(run["error"])
        self.assertEqual(run["step"], list(range(11)))
        self.assertEqual(len(run["loss"]), 11)
        self.assertEqual(run["lr"], [[0.01]] * 11)
        self.assertEqual(set(run["parameters"]), {"x", "y"})
        self.assertEqual(len(run["parameters"]["x"]), 11)

    def test_one_step_by_hand(self) -> None:
        # Booth: (x + 2y − 7)² + (2x + y − 5)²; at (0, 0) the gradient is (−34, −38).
        document = {**BOOTH, "problem": {**BOOTH["problem"], "start": [0, 0]}}
        run = self.trace("--steps", 1, document=document)["runs"][0]
        self.assertEqual(run["loss"][0], 74)
        self.assertAlmostEqual(run["parameters"]["x"][1][0], 0.34, places=6)
        self.assertAlmostEqual(run["parameters"]["y"][1][0], 0.38, places=6)

    def test_steps_and_every(self) -> None:
        trace = self.trace("--steps", 7, "--every", 3, document=BOOTH)
        self.assertEqual(trace["runs"][0]["step"], [0, 3, 6, 7])

    def test_state(self) -> None:
        document = {**BOOTH, "runs": [{"optimizer": {"name": "Adam"}}]}
        run = self.trace("--state", document=document)["runs"][0]
        self.assertEqual(set(run["state"]), {"x", "y"})
        self.assertEqual(set(run["state"]["x"]), {"step", "exp_avg", "exp_avg_sq"})

    def test_files(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "booth.json").write_text(json.dumps(BOOTH), encoding="utf-8")
            for trace in ("trace.json", "trace.csv"):
                result = steplab("run", folder / "booth.json", "--trace", folder / trace)
                self.assertEqual((result.returncode, out(result)), (0, ""), err(result))
            as_json = json.loads((folder / "trace.json").read_text(encoding="utf-8"))["runs"][0]
            text = (folder / "trace.csv").read_text(encoding="utf-8")
            rows = list(csv.DictReader(io.StringIO(text)))
            self.assertEqual([int(row["step"]) for row in rows], as_json["step"])
            self.assertEqual([float(row["loss"]) for row in rows], as_json["loss"])
            self.assertEqual([[float(row["x"])] for row in rows], as_json["parameters"]["x"])

    def test_divergence_has_status_1(self) -> None:
        document = {**BOOTH, "steps": 200, "runs": [{"optimizer": {"name": "SGD", "lr": 10}}]}
        run = self.trace(document=document, status=1)["runs"][0]
        self.assertEqual(run["status"], "diverged")
        self.assertEqual(steplab("run", "-", document=document).returncode, 1)

    def test_error_has_status_1_and_says_where(self) -> None:
        document = {**BOOTH, "loop": ["forward", "backward", "backward", "step"]}
        run = self.trace(document=document, status=1)["runs"][0]
        self.assertEqual(run["status"], "error")
        self.assertEqual(set(run["error"]), {"code", "path", "message", "step", "instruction"})
        self.assertEqual(run["error"]["code"], "autograd")
        self.assertEqual((run["error"]["step"], run["error"]["instruction"]), (0, 2))

    def test_good_experiments_complete(self) -> None:
        files = sorted((DATA / "experiments").glob("*.json"))
        self.assertGreaterEqual(len(files), 20)
        for file in files:
            with self.subTest(file.name):
                result = steplab("run", file)
                self.assertEqual(result.returncode, 0, err(result) + out(result))


class Export(unittest.TestCase):
    def export(self, *arguments: object, document: object = BOOTH) -> str:
        result = steplab("export", "-", *arguments, document=document)
        self.assertEqual(result.returncode, 0, err(result))
        return out(result)

    def test_pytorch_scripts_are_python(self) -> None:
        for file in sorted((DATA / "experiments").glob("*.json")):
            with self.subTest(file.name):
                script = self.export("--to", "pytorch", document=file.read_text(encoding="utf-8"))
                compile(script, file.name, "exec")
                self.assertIn("import torch\n", script)
                self.assertIn("optimizer.step()", script)

    def test_steps_are_the_scripts(self) -> None:
        script = self.export("--to", "pytorch", "--steps", 77)
        self.assertIn("for iteration in range(77):", script)

    def test_csv_is_the_trace(self) -> None:
        trace = steplab("run", "-", "--trace", "-", document=BOOTH)
        self.assertEqual(trace.returncode, 0)
        rows = list(csv.DictReader(io.StringIO(self.export("--to", "csv"))))
        run = json.loads(out(trace))["runs"][0]
        self.assertEqual([float(row["loss"]) for row in rows], run["loss"])

    def test_a_run_goes_on_from_its_safetensors(self) -> None:
        document = {**BOOTH, "steps": 30, "runs": [{"optimizer": {"name": "Adam", "lr": 0.1}}]}

        def parameters(*arguments: object) -> list[list[float]]:
            result = steplab("run", "-", "--trace", "-", *arguments, document=document)
            self.assertEqual(result.returncode, 0, err(result))
            return json.loads(out(result))["runs"][0]["parameters"]["x"]

        with tempfile.TemporaryDirectory() as folder:
            base = pathlib.Path(folder) / "half"
            self.export("--to", "safetensors", "--steps", 10, "--out", base, document=document)
            state_dict = json.loads(base.with_suffix(".json").read_text(encoding="utf-8"))
            self.assertEqual(set(state_dict), {"state", "param_groups"})
            self.assertEqual(state_dict["param_groups"][0]["params"], [0, 1])
            self.assertEqual(parameters("--load-state", base, "--steps", 20), parameters()[10:])

    def test_broken_state_names_its_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            base = pathlib.Path(folder) / "state"
            result = steplab("run", "-", "--load-state", base, document=BOOTH)
            self.assertEqual(result.returncode, 2)
            self.assertIn(f"steplab: {base}.safetensors: cannot be opened", err(result))
            self.export("--to", "safetensors", "--out", base)
            base.with_suffix(".json").write_text('{"state": {}}', encoding="utf-8")
            result = steplab("run", "-", "--load-state", base, document=BOOTH)
            self.assertEqual(result.returncode, 2)
            self.assertIn(f"steplab: {base}.json: /param_groups: ", err(result))
            base.with_suffix(".safetensors").write_bytes(b"torn")
            result = steplab("run", "-", "--load-state", base, document=BOOTH)
            self.assertEqual(result.returncode, 2)
            self.assertIn(f"steplab: {base}.safetensors: not safetensors: ", err(result))

    def test_state_is_of_one_run(self) -> None:
        document = {**BOOTH, "runs": BOOTH["runs"] * 2}
        with tempfile.TemporaryDirectory() as folder:
            base = pathlib.Path(folder) / "state"
            result = steplab("export", "-", "--to", "safetensors", "--out", base, document=document)
            self.assertEqual(result.returncode, 2)
            self.assertIn("steplab: <stdin>: /runs: there are 2 runs", err(result))
            self.export("--to", "safetensors", "--out", base, "--run", 1, document=document)
            result = steplab("run", "-", "--load-state", base, document=document)
            self.assertEqual(result.returncode, 2)
            self.assertIn("/runs: there are 2 runs", err(result))

    def test_failing_runs_have_status_1(self) -> None:
        document = {**BOOTH, "steps": 200, "runs": [{"optimizer": {"name": "SGD", "lr": 10}}]}
        result = steplab("export", "-", "--to", "csv", document=document)
        self.assertEqual(result.returncode, 1)
        self.assertTrue(out(result).startswith("run,step,loss"))

    def test_wrong_requests_have_status_2(self) -> None:
        for arguments in ((), ("--to", "onnx"), ("--to", "safetensors"), ("--to", "csv", "--steps", 0)):
            with self.subTest(arguments=arguments):
                result = steplab("export", "-", *arguments, document=BOOTH)
                self.assertEqual(result.returncode, 2)
                self.assertTrue(err(result).startswith("steplab: "), err(result))
                self.assertEqual(out(result), "")

    def test_errors_name_the_path(self) -> None:
        document = {**BOOTH, "runs": [{"optimizer": {"name": "SGD", "lr": -1}}]}
        for form in ("pytorch", "csv"):
            result = steplab("export", "-", "--to", form, document=document)
            self.assertEqual(result.returncode, 2)
            self.assertIn("steplab: <stdin>: /runs/0/optimizer/lr: ", err(result))


class Doctor(unittest.TestCase):
    def test_a_wrong_loop_is_diagnosed_with_status_0(self) -> None:
        result = steplab("doctor", "-", document={**BOOTH, "loop": ["forward", "backward", "step"]})
        self.assertEqual(result.returncode, 0, err(result))
        diagnosis = json.loads(out(result))
        self.assertEqual(diagnosis["version"], 1)
        (run,) = diagnosis["runs"]
        self.assertEqual(run["verdict"]["kind"], "different")
        self.assertEqual([finding["id"] for finding in run["findings"]], ["missing_zero_grad"])

    def test_the_remedy_is_a_document_that_is_equivalent(self) -> None:
        wrong = {**BOOTH, "loop": ["zero_grad", "forward", "backward", "backward", "step"]}
        (run,) = json.loads(out(steplab("doctor", "-", document=wrong)))["runs"]
        self.assertEqual(run["verdict"]["kind"], "error")
        mended = run["findings"][0]["remedy"]["experiment"]
        (again,) = json.loads(out(steplab("doctor", "-", document=mended)))["runs"]
        self.assertEqual(again["verdict"], {"kind": "equivalent", "iterations": 10})
        self.assertEqual(again["findings"], [])

    def test_bad_input_has_status_2(self) -> None:
        result = steplab("doctor", "-", document={**BOOTH, "steps": 0})
        self.assertEqual(result.returncode, 2)
        self.assertIn("steplab: <stdin>: /steps: ", err(result))
        self.assertEqual(out(result), "")


class Optimizers(unittest.TestCase):
    def test_registry(self) -> None:
        result = steplab("optimizers")
        self.assertEqual(result.returncode, 0)
        registry = json.loads(out(result))
        self.assertEqual(set(registry), {"version", "averages", "optimizers", "schedulers", "surfaces", "wrappers"})
        names = [optimizer["name"] for optimizer in registry["optimizers"]]
        for name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad"):
            self.assertIn(name, names)


def main() -> int:
    global steplab_path
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steplab")
    parser.add_argument("--report", type=pathlib.Path)
    arguments = parser.parse_args()
    steplab_path = arguments.steplab
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    return 0 if junit_report.run(suite, arguments.report) else 1


if __name__ == "__main__":
    sys.exit(main())
