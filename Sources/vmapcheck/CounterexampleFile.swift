// SPDX-License-Identifier: Apache-2.0

import Foundation
import Replay
import Verifier

/// A counterexample's file, read with an eye to what may be wrong with it.
enum CounterexampleFile {
  fileprivate struct Version: Decodable { var schema: Int }

  /// Bytes of a file: those that `verify` writes have some thousands.
  private static let sizeLimit = 16 << 20

  /// Reads a file.
  static func read(_ path: String) throws(ReplayError) -> Counterexample {
    let data = try contents(of: path)
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
    if let damage = CounterexampleDamage.first(in: counterexample) {
      throw .file(path: path, reason: "is damaged: \(damage.printable); verify the spec again")
    }
    return counterexample.printable
  }

  private static func contents(of path: String) throws(ReplayError) -> Data {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      let data = try file.read(upToCount: sizeLimit + 1) ?? Data()
      if data.count <= sizeLimit { return data }
    } catch {
      throw .file(path: path, reason: "cannot be read: \(error.localizedDescription)")
    }
    throw .file(
      path: path, reason: "is no counterexample: it has more than \(sizeLimit >> 20) MiB")
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
