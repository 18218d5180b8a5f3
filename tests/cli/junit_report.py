"""A unittest runner that leaves a JUnit XML report, from which scripts/test counts cases."""

from __future__ import annotations

import pathlib
import unittest
import xml.etree.ElementTree as xml


class _Result(unittest.TextTestResult):
    """Keeps every case that ran, and its failures."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.cases: list[unittest.TestCase] = []

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.cases.append(test)


def run(suite: unittest.TestSuite, report: pathlib.Path | None) -> bool:
    """Runs a suite, writes its report if asked, and tells whether all cases passed."""
    result = unittest.TextTestRunner(resultclass=_Result, verbosity=2).run(suite)
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        xml.ElementTree(_report(result)).write(report, encoding="utf-8", xml_declaration=True)
    return result.wasSuccessful()


def _report(result: _Result) -> xml.Element:
    troubles = {}  # a case fails once, however many of its parts do
    for test, trace in result.failures + result.errors:
        troubles[getattr(test, "test_case", test).id()] = trace
    suite = xml.Element("testsuite", name="cli")
    for test in result.cases:
        case = xml.SubElement(suite, "testcase", classname=type(test).__name__, name=test.id().rpartition(".")[2])
        if test.id() in troubles:
            xml.SubElement(case, "failure").text = troubles[test.id()]
    return suite
