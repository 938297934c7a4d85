// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Subprocess

/// Measures `vmapcheck verify`, each spec file in a process of its own.
@main
struct Benchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vmapcheck-benchmark",
    abstract: "Measures what verifying specs takes, and whether it always takes the same.",
    discussion: """
      Per spec: total time, the time inside Z3, its share, checks, obligations, the longest check \
      and Z3's units of work; per file the most memory that vmapcheck had.

      With --seeds N each file is verified with the seeds 0 to N-1: every verdict has to stay the \
      same, and the coefficient of variation of Z3's units of work below 20 %. A spec of less than \
      a million units is not judged by it, as a check more or less is much of that.

      With --jobs N so many seeds are tried at once: the units of work stay the same, but the times \
      are those of a busy machine.

      Where cbmc is on PATH, it is given a bounded model of vmap_folio_ranges, and the ratio of the \
      times is printed.

      Examples:
        swift run -c release vmapcheck-benchmark
        swift run -c release vmapcheck-benchmark Specs/rfc/vmap_folio_ranges.c --seeds 8

      Exit codes: 0; 1 if a verdict, or the work, is not stable, or CBMC finds the model wrong; 2 \
      if vmapcheck does not run.
      """)

  @Argument(
    help: ArgumentHelp("Spec files, or folders of them.", valueName: "PATH"))
  var paths = ["Specs"]

  @Option(help: ArgumentHelp("Verify with so many seeds (1 to 64).", valueName: "N"))
  var seeds = 1

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Seeds at once.", valueName: "N"))
  var jobs = 1

  @Option(
    help: ArgumentHelp("Seconds that CBMC may take for one bound; 0: leave it out.", valueName: "S")
  )
  var cbmcSeconds = 60

  mutating func validate() throws {
    if !(1...64).contains(seeds) {
      throw ValidationError("--seeds \(seeds): give a number from 1 to 64")
    }
    if !(1...1024).contains(jobs) {
      throw ValidationError("--jobs \(jobs): give a number from 1 to 1024")
    }
    if !(0...86_400).contains(cbmcSeconds) {
      throw ValidationError("--cbmc-seconds \(cbmcSeconds): give a number from 0 to 86400")
    }
  }

  func run() async throws {
    let product = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("vmapcheck").path
    guard FileManager.default.isExecutableFile(atPath: product) else {
      print("\(product) is not there: `swift build -c release` makes it")
      throw ExitCode(2)
    }
    let verifier = Verifier(path: product)
    print(Table.header)
    var table = Table()
    do {
      for file in try Benchmark.files(at: paths) {
        table.add(try await verifier.verify(file, seeds: seeds, jobs: jobs))
      }
    } catch let error as Verifier.Failure {
      print(error.reason)
      throw ExitCode(2)
    }
    table.finish()
    var isRight = table.isStable
    if cbmcSeconds > 0, let own = table.seconds["vmap_folio_ranges"],
      try await !CBMC.compare(own: own, limit: cbmcSeconds)
    {
      isRight = false
    }
    if !isRight { throw ExitCode(1) }
  }

  private static func files(at paths: [String]) throws -> [String] {
    try paths.flatMap { path -> [String] in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw ValidationError("\(path): there is no such file or folder")
      }
      guard isFolder.boolValue else { return [path] }
      let below = FileManager.default.subpaths(atPath: path) ?? []
      return below.filter { $0.hasSuffix(".c") }.sorted().map { "\(path)/\($0)" }
    }
  }
}
