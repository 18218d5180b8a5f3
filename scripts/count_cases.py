#!/usr/bin/env python3
"""Sums test cases over the JUnit XML reports of a folder and prints "PASSED FAILED".

Every runner that we use writes that format: GoogleTest, Vitest, Playwright. Cases that did not run count as
neither. Run by scripts/test. usage: count_cases.py FOLDER
"""

import argparse
import pathlib
import xml.etree.ElementTree as xml

NOT_RUN = {"notrun", "skipped", "suppressed"}


def outcome(case: xml.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    if case.find("skipped") is not None or NOT_RUN & {case.get("status"), case.get("result")}:
        return "skipped"
    return "passed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    outcomes = [
        outcome(case)
        for report in sorted(parser.parse_args().folder.glob("*.xml"))
        for case in xml.parse(report).iter("testcase")
    ]
    print(outcomes.count("passed"), outcomes.count("failed"))


if __name__ == "__main__":
    main()
