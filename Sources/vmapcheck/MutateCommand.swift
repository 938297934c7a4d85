// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Report
import SMT
import Verifier

struct MutateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mutate",
    abstract: "Makes small faults in strategies, and says which of them their specs miss.",
    usage: "vmapcheck mutate PATH... [--kernel TREE] [--function NAME] [OPTION]...",
    discussion: MutateCommand.discussion)

  static var discussion: String {
    """
    One fault at a time is made in the functions that a spec leads to, also in those that it takes \
    from a kernel tree, and the spec is verified with it: an operator off by one, swapped \
    operands, another operator, an operand, a check or a statement dropped, a type too narrow, \
    another index. Assumptions and assertions of the spec stay as they are.

      killed        some verdict is no longer what a spec of the file expects
      survived      all are: the specs do not ask for what the fault breaks, or it breaks nothing
      equivalent    the same, and clang's optimiser makes the same code with the fault and without
      unreached     all are, as no run of the spec comes by the line
      inconclusive  there was no answer within the budget

    What does not compile is no mutant.

    Examples:
      vmapcheck mutate Specs/rfc/vmap_folio_ranges.c
      vmapcheck mutate Specs/linux/udmabuf.c --function vmap_udmabuf

    Exit codes; where several apply, the first of 130, 4, 2, 1, 3, 0:
      0    every mutant is killed, equivalent or unreached
      1    some mutant survived, or a spec is not as expected without a fault
      2    wrong usage, or a spec with errors or not understood
      3    some mutant is inconclusive
      4    an error of vmapcheck's own
      130  interrupted (Ctrl-C); what was known by then is printed
    """
  }

  @Argument(help: ArgumentHelp("Spec files, or folders of *.c files.", valueName: "PATH"))
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "A kernel tree, or a linux-source-*.tar.xz; as for `verify`.", valueName: "TREE"))
  var kernel: String?

  @Option(
    help: ArgumentHelp("Faults in this function only; may be repeated.", valueName: "NAME"))
  var function: [String] = []

  @Option(help: ArgumentHelp("Seconds that a mutant may take.", valueName: "S"))
  var timeout = 60

  @Option(help: ArgumentHelp("The seed of Z3's random choices.", valueName: "N"))
  var seed: UInt32 = 0

  @Option(help: ArgumentHelp("text or json; the README describes the JSON.", valueName: "FORM"))
  var format = VerifyCommand.Format.text

  @OptionGroup var common: CommonOptions

  mutating func validate() throws {
    if !(1...86_400).contains(timeout) {
      throw ValidationError("--timeout \(timeout): give a number of seconds from 1 to 86400")
    }
    if let empty = paths.first(where: \.isEmpty) { throw ValidationError("'\(empty)' is no path") }
  }

  func run() async throws {
    let interruption = Interruption()
    let session = Session(
      paths: paths, kernel: kernel, clang: common.clang, jobs: common.jobsAtOnce,
      settings: VerifierSettings(budget: Budget(seed: seed)), interruption: interruption,
      detail: common.detail)
    let mutation = MutationSession(
      session: session, functions: Set(function), timeout: timeout, isJSON: format == .json,
      style: common.color.style)
    let status = try await interruption.guarding { await mutation.run() }
    if Console.shared.hasFailed {
      Console.shared.complain("vmapcheck: error: standard output cannot be written to")
      throw ExitCode(ExitStatus.internalError.rawValue)
    }
    throw ExitCode(status.rawValue)
  }
}
