// SPDX-License-Identifier: Apache-2.0

import Foundation
import Replay
import Verifier

/// What `vmapcheck verify --format json` has printed, as far as verdicts go.
struct VerdictFile: Sendable {
  private struct Document: Decodable {
    struct Spec: Decodable {
      struct Verdict: Decodable {
        var property: String
        var verdict: String
      }
      var name: String?
      var properties: [Verdict]?
    }
    var schema: Int
    var specs: [Spec]
  }

  private let specs: [String: [Property: String]]
  private let path: String

  /// Reads a file.
  init(_ path: String) throws(ReplayError) {
    self.path = path
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .file(path: path, reason: "cannot be read: \(error.localizedDescription)")
    }
    guard let document = try? JSONDecoder().decode(Document.self, from: data), document.schema == 1
    else {
      throw .file(
        path: path, reason: "is not what `vmapcheck verify --format json` prints, of schema 1")
    }
    var specs: [String: [Property: String]] = [:]
    for spec in document.specs {
      guard let name = spec.name, let verdicts = spec.properties else { continue }
      for verdict in verdicts {
        guard let property = Property(name: verdict.property) else { continue }
        specs[name, default: [:]][property] = verdict.verdict
      }
    }
    self.specs = specs
  }

  /// The verdicts on a spec.
  func verdicts(on spec: String) throws(ReplayError) -> [Property: String] {
    guard let verdicts = specs[spec] else {
      throw .file(path: path, reason: "has no verdicts on \(spec)")
    }
    return verdicts
  }
}
