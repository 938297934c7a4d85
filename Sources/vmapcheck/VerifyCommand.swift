// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Report
import SMT
import Verifier

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verifies specs: files, or folders of them.",
    usage: "vmapcheck verify PATH... [--kernel TREE] [OPTION]...",
    discussion: VerifyCommand.discussion)

  @Argument(help: ArgumentHelp("Spec files, or folders of *.c files.", valueName: "PATH"))
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "A kernel tree, or a linux-source-*.tar.xz, for specs that take functions from one.",
      discussion: "The default is the newest linux-source-* in $VMAPCHECK_SOURCES, or else in "
        + "/usr/src, for those specs alone. A "
        + "tree that is given also selects the kernel that all other specs are verified for.",
      valueName: "TREE"))
  var kernel: String?

  @Option(
    help: ArgumentHelp(
      "Verify this spec of the files only; may be repeated.", valueName: "NAME"))
  var spec: [String] = []

  @Option(
    help: ArgumentHelp(
      "Check this property only; may be repeated. `vmapcheck properties` lists them.",
      valueName: "NAME"),
    transform: VerifyCommand.property)
  var property: [Property] = []

  @Option(
    help: ArgumentHelp(
      "Z3's units of work for one check (the same on every machine); 0: no limit.",
      valueName: "N"))
  var rlimit: UInt32 = Budget().resources

  @Option(
    help: ArgumentHelp("Milliseconds for one check, as a safety net; 0: no limit.", valueName: "N"))
  var timeoutMs: UInt32 = Budget().milliseconds

  @Option(help: ArgumentHelp("MiB for all of Z3; 0: no limit.", valueName: "MB"))
  var memory: UInt32 = Budget().megabytes

  @Option(
    help: ArgumentHelp(
      "The most ranges of a buffer, instead of the specs' own bound (1 to 64).", valueName: "N"))
  var ranges: Int?

  @Option(
    help: ArgumentHelp(
      "The most pages of a range, instead of the specs' own bound (1 to 4096), or `any`.",
      valueName: "N"))
  var pages: PageBound?

  @Option(help: ArgumentHelp("The seed of Z3's random choices.", valueName: "N"))
  var seed: UInt32 = 0

  @Option(help: ArgumentHelp("text or json; the README describes the JSON.", valueName: "FORM"))
  var format = Format.text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The folder for counterexamples.", valueName: "DIR"))
  var output = "counterexamples"

  @Option(
    help: ArgumentHelp(
      "Write a record of every proof to this folder, for `vmapcheck recheck`.", valueName: "DIR"))
  var proofs: String?

  @OptionGroup var common: CommonOptions

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  /// A number of pages, or as many as a folio has.
  enum PageBound: ExpressibleByArgument {
    case any
    case pages(Int)

    init?(argument: String) {
      if argument == "any" {
        self = .any
      } else if let pages = Int(argument) {
        self = .pages(pages)
      } else {
        return nil
      }
    }
  }

  private static func property(_ name: String) throws -> Property {
    if let property = Property(name: name) { return property }
    let names = Property.allCases.map(\.name).joined(separator: ", ")
    throw ValidationError("there is no property '\(name)'; the contract has \(names)")
  }

  // MARK: Validation

  /// The model keeps no more ranges apart: MAX_BOUNDED_RANGES.
  private static let rangeLimit = 64
  private static let pageLimit = 4096

  mutating func validate() throws {
    if let ranges, !(1...VerifyCommand.rangeLimit).contains(ranges) {
      let why = ranges < 1 ? "a buffer has at least one range" : "the model keeps no more apart"
      throw ValidationError(
        "--ranges \(ranges): \(why); give a number from 1 to \(VerifyCommand.rangeLimit)")
    }
    if case .pages(let pages) = pages, !(1...VerifyCommand.pageLimit).contains(pages) {
      let why =
        pages < 1 ? "a range has at least one page" : "no search over so many comes to an end"
      throw ValidationError(
        "--pages \(pages): \(why); give a number from 1 to \(VerifyCommand.pageLimit), or any")
    }
    if let empty = paths.first(where: \.isEmpty) {
      throw ValidationError("'\(empty)' is no path")
    }
    if proofs?.isEmpty == true { throw ValidationError("--proofs: give a folder") }
    if output.isEmpty { throw ValidationError("--output: give a folder") }
  }

  // MARK: Settings

  private var settings: VerifierSettings {
    var settings = VerifierSettings(
      budget: Budget(
        resources: rlimit, milliseconds: timeoutMs, megabytes: memory, seed: seed))
    settings.keepsRecords = proofs != nil
    if !property.isEmpty { settings.properties = Set(property) }
    if ranges != nil || pages != nil {
      let pages: Int? =
        switch pages {
        case .any: nil
        case .pages(let pages): pages
        case nil: 3
        }
      settings.bounds = Bounds(ranges: ranges ?? 2, pages: pages)
    }
    return settings
  }

  func run() async throws {
    let interruption = Interruption()
    let session = Session(
      paths: paths, specs: spec, kernel: kernel, clang: common.clang, jobs: common.jobsAtOnce,
      settings: settings, interruption: interruption, detail: common.detail)
    let presenter = Presenter(
      format: format, style: common.color.style, detail: common.detail,
      output: CounterexampleFolder(path: output),
      proofs: proofs.map { ProofFolder(path: $0) })
    let status = try await interruption.guarding { await session.run(presenter: presenter) }
    if Console.shared.hasFailed {
      Console.shared.complain("vmapcheck: error: standard output cannot be written to")
      throw ExitCode(ExitStatus.internalError.rawValue)
    }
    throw ExitCode(status.rawValue)
  }
}
