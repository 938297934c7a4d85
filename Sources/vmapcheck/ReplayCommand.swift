// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Report

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Runs counterexamples, or drawn cases of specs, on this CPU's MMU or a real kernel.",
    usage: "vmapcheck replay PATH... [--cases N] [--seed S] [--kernel TREE] [OPTION]...",
    discussion: ReplayCommand.discussion)

  static var discussion: String {
    let codes = ReplayStatus.allCases.map { status in
      let number = "\(status.rawValue)"
      return "  " + number + String(repeating: " ", count: 5 - number.count) + status.meaning
    }
    return """
      The C that was verified is compiled natively and run in a process whose page tables stand \
      for the kernel's: leaves are mappings of a memory file, struct pages are mapped as HVO \
      leaves them, objects lie between guard pages. Nothing is installed and no root is needed.

      Of a counterexample it is said whether the machine confirms it, and how. Of a spec cases \
      are drawn, and for each property and case it is compared what the model's own checks say \
      and what the machine shows.

      With --on qemu:NAME the same C is compiled as a module and run in a real kernel, booted \
      under QEMU, on real folios; `vmapcheck machines` lists and adds them. With --on host it is \
      this computer's own kernel: as root, after it has said what it will do and asked. Only runs \
      that do no harm are tried there.

      Examples:
        vmapcheck replay counterexamples/udmabuf_head_page.maps-exactly.json
        vmapcheck replay counterexamples
        vmapcheck replay Specs --cases 2000
        vmapcheck replay Specs/rfc/vmap_of_pages.c --seed 7 --case 123
        vmapcheck replay Specs/linux --on qemu:debian-6.12 --hvo off --output table.json
        vmapcheck verify Specs --format json > verdicts.json
        vmapcheck replay Specs --verdicts verdicts.json

      Drawn cases agree where at least half of them were run to their end, none was too much for \
      the machine, and each property had its point in one of them. Else they cannot be shown.

      Exit codes; where several apply, the first of 130, 4, 2, 1, 3, 0:
      \(codes.joined(separator: "\n"))
      """
  }

  @Argument(
    help: ArgumentHelp(
      "Counterexamples (*.json), spec files, or folders of either.", valueName: "PATH"))
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "How many cases to draw for each spec; default: 2000, in a kernel 300.", valueName: "N"))
  var cases: UInt64?

  @Option(help: ArgumentHelp("What cases are drawn by (default: 0).", valueName: "S"))
  var seed: UInt64?

  @Option(
    name: .customLong("case"),
    help: ArgumentHelp("Show this one of the drawn cases in full.", valueName: "K"))
  var single: UInt64?

  @Option(help: ArgumentHelp("Of the specs of a file, this one only.", valueName: "NAME"))
  var only: String?

  @Option(
    help: ArgumentHelp(
      "Hold the cases against these verdicts, of `vmapcheck verify --format json`, and not against "
        + "what specs expect.", valueName: "FILE"))
  var verdicts: String?

  @Option(
    help: ArgumentHelp(
      "The machine to run on: mmu, qemu:NAME or host; `vmapcheck machines` lists them.",
      valueName: "MACHINE"))
  var on = "mmu"

  @Option(
    help: ArgumentHelp(
      "Of a kernel: whether HVO is on or off in it (default: on, of host off).",
      valueName: "WHICH"))
  var hvo: HVO?

  @Option(
    help: ArgumentHelp(
      "Of a kernel: tcg, or kvm where this computer has it.", valueName: "ACCEL"))
  var accel = Accelerator.tcg

  @Flag(help: "Of host: do not ask.")
  var yes = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the JSON to a file, too.", valueName: "FILE"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The spec file of the counterexamples, where it is not where they say.", valueName: "PATH"))
  var spec: String?

  @Option(
    help: ArgumentHelp(
      "A kernel tree, or a linux-source-*.tar.xz, for specs that take functions from one.",
      valueName: "TREE"))
  var kernel: String?

  @Flag(help: "Catch loads of struct pages that HVO freed (drawn cases always do).")
  var trapReads = false

  @Option(help: ArgumentHelp("Seconds that one run may take.", valueName: "S"))
  var timeout = 10

  @Option(
    help: ArgumentHelp("text, ktap or json; the README describes the JSON.", valueName: "FORM"))
  var format = Format.text

  @OptionGroup var common: CommonOptions

  /// Breaks the machine on purpose: the tests see whether a conformance run notices.
  @Option(
    name: .customLong("machine-fault"),
    help: ArgumentHelp("", valueName: "NAME", visibility: .private))
  var fault: MachineFault?

  enum HVO: String, ExpressibleByArgument, CaseIterable { case on, off }

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ktap, json }

  enum MachineFault: String, ExpressibleByArgument, CaseIterable {
    case tailsWritable = "tails-writable"
    case wrongPage = "wrong-page"
    case noGuard = "no-guard"
    case leak
  }

  mutating func validate() throws {
    if !(1...3600).contains(timeout) {
      throw ValidationError("--timeout \(timeout): give a number of seconds from 1 to 3600")
    }
    if let cases, !(1...100_000_000).contains(cases) {
      throw ValidationError("--cases \(cases): give a number from 1 to 100000000")
    }
    if let single, single >= 100_000_000 {
      throw ValidationError("--case \(single): give a number below 100000000")
    }
    if on != "mmu", on != "host", !on.hasPrefix("qemu:") {
      throw ValidationError("--on \(on): there is no such machine; `vmapcheck machines` lists them")
    }
    if on != "mmu", trapReads || verdicts != nil || fault != nil {
      throw ValidationError("--trap-reads and --verdicts are for the machine mmu")
    }
    if let empty = paths.first(where: \.isEmpty) { throw ValidationError("'\(empty)' is no path") }
  }

  /// In a kernel each case takes longer.
  var drawnCases: UInt64 { cases ?? (on == "mmu" ? 2000 : 300) }

  var drawnSeed: UInt64 { seed ?? 0 }

  /// Some kernels do harm when they give optimised folios back: on host only where it is asked for.
  var isHVO: Bool { hvo.map { $0 == .on } ?? (on != "host") }

  /// What is wrong with options that say nothing of what is replayed; nil where nothing is.
  func misuse(on work: [ReplayFinder.Work]) -> String? {
    let counterexample = work.first(where: \.isCounterexample)?.path
    let spec = work.first { !$0.isCounterexample }?.path
    if let counterexample {
      let name = single != nil ? "--case" : only != nil ? "--only" : nil
      if let name { return "\(name): is for specs, and \(counterexample) is a counterexample" }
    }
    if let spec, self.spec != nil { return "--spec: is for counterexamples, and \(spec) is none" }
    guard spec == nil else { return nil }
    let drawn = [
      ("--cases", cases != nil), ("--seed", seed != nil), ("--verdicts", verdicts != nil),
    ]
    return drawn.first(where: \.1).map { "\($0.0): is for specs, and there is none" }
  }

  func run() async throws {
    let interruption = Interruption()
    let session = ReplaySession(
      command: self, interruption: interruption,
      detail: common.detail, style: common.color.style)
    let status = try await interruption.guarding { await session.run() }
    if Console.shared.hasFailed {
      Console.shared.complain("vmapcheck: error: standard output cannot be written to")
      throw ExitCode(ReplayStatus.internalError.rawValue)
    }
    throw ExitCode(status.rawValue)
  }
}
