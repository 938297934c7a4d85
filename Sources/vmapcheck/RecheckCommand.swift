// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Recheck
import Report

struct RecheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recheck",
    abstract: "Proves proof records anew with another solver, from the records alone.",
    usage: "vmapcheck recheck PATH... [--solver NAME]... [--timeout S] [OPTION]...",
    discussion: RecheckCommand.discussion)

  static var discussion: String {
    """
    A proof record, written by `vmapcheck verify --proofs DIR`, has every question that the proof \
    of one property rests on: that a path is not taken, that an invariant holds where a loop \
    begins, that a round keeps it, and the obligations. Each is put to the solver in 64-bit \
    bit-vectors, whatever decided it before; one that several records have is asked once.

    What is asked is taken from the record: that the questions make up a proof is not checked.

    Examples:
      vmapcheck verify Specs/rfc/vmap_folio_ranges.c --proofs proofs
      vmapcheck recheck proofs
      vmapcheck recheck proofs/vmap_folio_ranges.tail-write.smt2 --solver z3
      vmapcheck recheck proofs --solver cvc5 --solver bitwuzla

    Exit codes; where several apply, the first of 130, 4, 2, 1, 3, 0:
      0    every question of every record is answered as the record has it
      1    some question is answered otherwise: the proof is none
      2    wrong usage, no solver, or a damaged record
      3    some question has no answer
      4    an error of vmapcheck's own
      130  interrupted (Ctrl-C); what was known by then is printed
    """
  }

  @Argument(
    help: ArgumentHelp("Proof records (*.smt2), or folders of them.", valueName: "PATH"))
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "bitwuzla, cvc5 or z3: a program on PATH, or a module of python3; default: the first there "
        + "is. May be repeated: what the first has no answer to is put to the next.",
      valueName: "NAME"))
  var solver: [ExternalSolver.Name] = []

  @Option(help: ArgumentHelp("Seconds that one question may take a solver.", valueName: "S"))
  var timeout = 60

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Solvers at once; default: the processors.", valueName: "N"))
  var jobs: Int?

  @Option(help: ArgumentHelp("auto, always or never; auto respects NO_COLOR.", valueName: "WHEN"))
  var color = Colour.auto

  @Flag(name: .shortAndLong, help: "Only what is not rechecked, and the last line.")
  var quiet = false

  mutating func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs \(jobs): give a number from 1 to 1024")
    }
    if !(1...86_400).contains(timeout) {
      throw ValidationError("--timeout \(timeout): give a number of seconds from 1 to 86400")
    }
    if let empty = paths.first(where: \.isEmpty) { throw ValidationError("'\(empty)' is no path") }
    if Set(solver).count < solver.count { throw ValidationError("--solver names one twice") }
  }

  func run() async throws {
    let interruption = Interruption()
    let session = RecheckSession(
      paths: paths, solvers: solver, timeout: timeout,
      jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount, isQuiet: quiet,
      style: color.style, interruption: interruption)
    let status = try await interruption.guarding { await session.run() }
    if Console.shared.hasFailed {
      Console.shared.complain("vmapcheck: error: standard output cannot be written to")
      throw ExitCode(ExitStatus.internalError.rawValue)
    }
    throw ExitCode(status.rawValue)
  }
}

extension ExternalSolver.Name: ExpressibleByArgument {}
