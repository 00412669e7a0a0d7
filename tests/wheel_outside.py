"""Build the wheel, install it into an empty environment, and plan with it outside the checkout.

Run as a script: what the checkout or its environment happens to have must not help.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*command, cwd=None):
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, cwd=cwd, env=clean, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} exited with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def main():
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--outdir", place, ROOT)
        wheel = next(place.glob("*.whl"))
        venv.create(place / "env", with_pip=True)
        run(place / "env/bin/pip", "install", "--quiet", "--disable-pip-version-check", wheel)
        os.environ["MIGPLAN_CACHE_DIR"] = str(place / "cache")
        migplan = place / "env/bin/migplan"
        told = run(
            migplan, "plan", "--volume", "150 TB", "--files", "40M", "--link", "1 Gbps", "--format", "json",
            cwd=place,
        )  # fmt: skip
        plan = json.loads(told)
        assert plan["schema"] == "migplan.plan/1"
        assert plan["recommendation"]["option"], "no option was recommended"
        run(migplan, "facts", "check", cwd=place)
        (place / "question.toml").write_text('volume = "1 TB"\nlink = "1 Gbps"\n', encoding="utf-8")
        run(migplan, "report", "question.toml", "-o", "answer.html", cwd=place)
        assert "<svg" in (place / "answer.html").read_text(encoding="utf-8"), "the report has no chart"
    print(f"{wheel.name}: plans outside the checkout")


if __name__ == "__main__":
    main()
