// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Mutants as `--format json` prints them; the README describes it.
public struct MutationDocument: Codable, Sendable {
  var schema = 1
  var exitStatus: Int32
  var seconds: Double
  var files: [File]

  struct File: Codable, Sendable {
    var file: String
    var counts: [String: Int]
    var discarded: Int
    var reason: String?
    var mutants: [Mutant]
  }

  struct Mutant: Codable, Sendable {
    var file: String
    var line: Int
    var function: String
    var fault: String
    var before: String
    var after: String
    var outcome: String
    var reason: String?
  }

  /// Makes the document of a run.
  public init(_ files: [MutationFile], status: ExitStatus, time: Duration) {
    exitStatus = status.rawValue
    seconds = time.seconds
    self.files = files.map { file in
      File(
        file: file.path,
        counts: Dictionary(uniqueKeysWithValues: file.counts.map { ($0.word, $0.count) }),
        discarded: file.discarded, reason: file.stop?.words,
        mutants: file.entries.map { entry in
          Mutant(
            file: entry.mutant.file, line: entry.mutant.line, function: entry.mutant.function,
            fault: entry.mutant.fault.rawValue, before: entry.mutant.before,
            after: entry.mutant.after, outcome: entry.word, reason: entry.reason)
        })
    }
  }

  /// The document's text: sorted keys, a line each.
  public func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
