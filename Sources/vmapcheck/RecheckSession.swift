// SPDX-License-Identifier: Apache-2.0

import Foundation
import Recheck
import Report

/// One run of `vmapcheck recheck`.
struct RecheckSession: Sendable {
  let paths: [String]
  /// Who is asked, in this order; none for the first that is there.
  let solvers: [ExternalSolver.Name]
  let timeout: Int
  let jobs: Int
  let isQuiet: Bool
  let style: Style
  let interruption: Interruption
  let progress = Progress(console: .shared)

  /// Checks, prints, and says what to exit with.
  func run() async -> ExitStatus {
    let begin = ContinuousClock.now
    progress.start()
    defer { progress.stop() }
    var results: [RecheckResult] = []
    do {
      let files = try RecheckSession.files(at: paths).map(RecheckSession.read)
      let panel = try await panel()
      let name = panel.words
      let text = RecheckText(solver: name, style: style)
      progress.begin(name)
      let count = try await Recheck(panel: panel, jobs: jobs).check(files) { done, all in
        progress.note("\(name): \(done) of \(all) questions")
      } handOver: { result in
        results.append(result)
        present(result, text)
      }
      progress.stop()
      Console.shared.write(
        text.lastLine(results, questions: count, time: ContinuousClock.now - begin) + "\n")
      return .worst(of: results.map(\.status))
    } catch {
      progress.stop()
      if interruption.isInterrupted {
        Console.shared.complain("vmapcheck: recheck: interrupted")
        return .interrupted
      }
      Console.shared.complain("vmapcheck: error: \(error)")
      return error is SolverMissing || error is NoRecords ? .usage : .internalError
    }
  }

  private func panel() async throws -> SolverPanel {
    var found: [ExternalSolver] = []
    for name in solvers { found.append(try await .find(name)) }
    if found.isEmpty { found.append(try await .find(nil)) }
    return SolverPanel(found, seconds: timeout)
  }

  /// Nothing is there to be checked.
  private struct NoRecords: Error, CustomStringConvertible { var description: String }

  private static func files(at paths: [String]) throws(NoRecords) -> [String] {
    var files: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw NoRecords(description: "\(path): there is no such file or folder")
      }
      guard isFolder.boolValue else {
        files.append(path)
        continue
      }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      let records = names.filter { $0.hasSuffix(".smt2") && !$0.hasPrefix(".") }.sorted()
      if records.isEmpty {
        throw NoRecords(
          description: "\(path): no *.smt2 in this folder; "
            + "`vmapcheck verify PATH --proofs \(path)` writes them")
      }
      files += records.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
    }
    return files
  }

  private static func read(_ path: String) -> Recheck.File {
    do {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      return Recheck.File(path: path, text: .success(text))
    } catch {
      let damage = DamagedRecord("cannot be read: \(error.localizedDescription)")
      return Recheck.File(path: path, text: .failure(damage))
    }
  }

  private func present(_ result: RecheckResult, _ text: RecheckText) {
    switch result.verdict {
    case .damaged(let reason):
      Console.shared.complain("vmapcheck: error: \(result.path): \(reason)")
    case .rechecked where isQuiet: break
    default: Console.shared.write(text.line(result) + "\n")
    }
  }
}
