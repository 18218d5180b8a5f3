"""The command `steplab`, as the checks beside this file call it."""

import json
import pathlib
import subprocess

Json = dict[str, object]

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = ROOT / "build/native/core/src/cli/steplab"
BAD_INPUT = 2


class Disagreement(Exception):
    """What differs, and where."""


class Steplab:
    """One build of the command line."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path

    def run(self, *arguments: object, document: Json | None = None) -> subprocess.CompletedProcess[str]:
        text = json.dumps(document)
        command = [str(self.path), *map(str, arguments)]
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=300, check=False)

    def registry(self) -> Json:
        """The optimizers that can be exported, and the schedulers."""
        registry: Json = json.loads(self.run("optimizers").stdout)
        registry["optimizers"] = [info for info in registry["optimizers"] if self.is_exported(info["name"])]
        registry["schedulers"] = [info for info in registry["schedulers"] if info["pytorch_class"]]
        return registry

    def is_exported(self, optimizer: str) -> bool:
        problem = {"kind": "surface", "name": "bowl"}
        document: Json = {"version": 1, "problem": problem, "runs": [{"optimizer": {"name": optimizer}}]}
        return "has no PyTorch class" not in self.run("export", "-", "--to", "pytorch", document=document).stderr

    def trace(self, document: Json, *arguments: object) -> Json | None:
        """The trace; None when the document asks for what an optimizer refuses."""
        result = self.run("run", "-", "--trace", "-", *arguments, document=document)
        if result.returncode == BAD_INPUT:
            return None
        return json.loads(result.stdout)

    def script(self, document: Json, *arguments: object) -> str:
        result = self.run("export", "-", "--to", "pytorch", *arguments, document=document)
        if result.returncode != 0:
            raise Disagreement(f"not exported: {result.stderr.strip()}")
        return result.stdout
