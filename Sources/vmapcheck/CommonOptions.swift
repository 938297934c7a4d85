// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Report

/// The options of `verify` and `replay` alike.
struct CommonOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Processes or specs at once; default: the processors.", valueName: "N"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "The clang to use; else $VMAPCHECK_CLANG, the Swift toolchain's own, or one on PATH.",
      valueName: "PATH"))
  var clang: String?

  @Option(help: ArgumentHelp("auto, always or never; auto respects NO_COLOR.", valueName: "WHEN"))
  var color = Colour.auto

  @Flag(name: .shortAndLong, help: "Show all there is: sizes, versions, what was observed.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "One line per spec or counterexample.")
  var quiet = false

  private static let jobLimit = 1024

  mutating func validate() throws {
    if let jobs, !(1...CommonOptions.jobLimit).contains(jobs) {
      throw ValidationError("--jobs \(jobs): give a number from 1 to \(CommonOptions.jobLimit)")
    }
    if quiet && verbose { throw ValidationError("-q and -v: give one of them") }
  }

  var jobsAtOnce: Int { jobs ?? ProcessInfo.processInfo.activeProcessorCount }

  var detail: Detail { quiet ? .quiet : verbose ? .verbose : .normal }
}
