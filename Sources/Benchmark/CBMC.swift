// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess

/// The bounded model checker, on the same strategy up to a bound.
enum CBMC {
  /// Ranges, and pages of each.
  private static let bounds = [(1, 8), (2, 8), (4, 8), (1, 64), (1, 512)]

  /// Prints a line for each bound, with the ratio to vmapcheck's time for every buffer.
  ///
  /// - Returns: false where CBMC says anything else than that the model holds, or cannot be run.
  static func compare(own: Double, limit: Int) async throws -> Bool {
    guard let program = path() else {
      print("cbmc is not on PATH: no comparison")
      return true
    }
    guard let model = Bundle.module.url(forResource: "vmap_folio_ranges", withExtension: "c") else {
      print("the model for cbmc is not beside \(CommandLine.arguments[0])")
      return false
    }
    var isRight = true
    print(String(format: "vmapcheck, vmap_folio_ranges for every buffer: %.2f s", own))
    for (ranges, pages) in bounds {
      let clock = ContinuousClock()
      let begin = clock.now
      let answer = try await run(
        program,
        [
          model.path, "-DRANGES=\(ranges)", "-DPAGES=\(pages)", "--unwind",
          "\(max(ranges, pages) + 1)", "--unwinding-assertions", "--bounds-check",
          "--unsigned-overflow-check",
        ], limit: limit)
      let seconds =
        Double((clock.now - begin).components.attoseconds) / 1e18
        + Double((clock.now - begin).components.seconds)
      let words =
        switch answer {
        case 0?: String(format: "holds, %.2f s, %.1f times as long", seconds, seconds / own)
        case nil: String(format: "over %d s, more than %.0f times as long", limit, seconds / own)
        case let status?: "exit code \(status): not what it should say"
        }
      if let answer, answer != 0 { isRight = false }
      print("cbmc, \(ranges) x \(pages) pages: \(words)")
    }
    return isRight
  }

  private static func path() -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/cbmc" }.first(where: FileManager.default.isExecutableFile)
  }

  /// The exit code; nil where the time was not enough.
  private static func run(_ program: String, _ arguments: [String], limit: Int) async throws
    -> Int32?
  {
    try await withThrowingTaskGroup(of: Int32?.self) { group in
      group.addTask {
        let result = try await Subprocess.run(
          .path(.init(program)), arguments: .init(arguments), output: .discarded,
          error: .discarded)
        if case .exited(let status) = result.terminationStatus { return status }
        return nil
      }
      group.addTask {
        try await Task.sleep(for: .seconds(limit))
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
