// SPDX-License-Identifier: Apache-2.0

import Foundation
import Frontend

/// Finds what a user wants to be replayed.
enum ReplayFinder {
  /// Something to replay.
  enum Work: Sendable {
    case counterexample(String)
    case spec(String)

    var path: String {
      switch self {
      case .counterexample(let path), .spec(let path): path
      }
    }

    var isCounterexample: Bool {
      if case .counterexample = self { true } else { false }
    }
  }

  /// What is at paths: counterexamples are `*.json`, and a folder's own; all else are specs.
  static func work(at paths: [String]) throws(FrontendError) -> [Work] {
    var work: [Work] = []
    for path in paths {
      if path.hasSuffix(".json") {
        guard FileManager.default.fileExists(atPath: path) else { throw .specMissing(path) }
        work.append(.counterexample(path))
        continue
      }
      let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      let prefix = path.hasSuffix("/") ? path : "\(path)/"
      let counterexamples = files.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
      work += counterexamples.map { .counterexample(prefix + $0) }
      do {
        work += try SpecFinder.files(at: [path]).map(Work.spec)
      } catch {
        if case .noSpecs = error, !counterexamples.isEmpty { continue }
        throw error
      }
    }
    return work
  }
}
