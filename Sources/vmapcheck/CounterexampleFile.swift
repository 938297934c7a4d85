// SPDX-License-Identifier: Apache-2.0

import Foundation
import Replay
import Verifier

/// A counterexample's file, read with an eye to what may be wrong with it.
enum CounterexampleFile {
  fileprivate struct Version: Decodable { var schema: Int }

  /// Reads a file.
  static func read(_ path: String) throws(ReplayError) -> Counterexample {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .file(path: path, reason: "cannot be read: \(error.localizedDescription)")
    }
    guard let version = try? JSONDecoder().decode(Version.self, from: data) else {
      throw .file(
        path: path,
        reason: "is no counterexample, or a damaged one: `vmapcheck verify` writes them anew")
    }
    guard version.schema == Counterexample.currentSchema else {
      throw .file(
        path: path,
        reason: "has schema \(version.schema); this vmapcheck (\(Version.ofProgram)) reads schema "
          + "\(Counterexample.currentSchema): verify the spec again")
    }
    let counterexample: Counterexample
    do {
      counterexample = try JSONDecoder().decode(Counterexample.self, from: data)
    } catch {
      throw .file(path: path, reason: "is damaged: \(reason(error)); verify the spec again")
    }
    if let bad = counterexample.inputs.first(where: { UInt64($0.value) == nil }) {
      throw .file(
        path: path,
        reason: "is damaged: the input '\(bad.name)' is '\(bad.value)', which is no number of 64 "
          + "bits; verify the spec again")
    }
    guard Property(name: counterexample.property) != nil else {
      throw .file(
        path: path, reason: "is damaged: there is no property '\(counterexample.property)'")
    }
    return counterexample
  }

  private static func reason(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")): "
        + context.debugDescription
    default: "\(error)"
    }
  }
}

extension CounterexampleFile.Version {
  fileprivate static var ofProgram: String { Verifier.Version.current }
}
