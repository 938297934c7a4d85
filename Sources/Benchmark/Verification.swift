// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess

/// Of what `vmapcheck verify --format json` prints, the part that is measured.
struct Verification: Decodable {
  struct Spec: Decodable {
    var name: String?
    var status: String
    var properties: [Property]?
    var effort: Effort?

    /// Each property with its verdict.
    var verdicts: [String] { (properties ?? []).map { "\($0.property): \($0.verdict)" } }
  }

  struct Property: Decodable {
    var property: String
    var verdict: String
    var obligations: Int
  }

  struct Effort: Decodable {
    var seconds: Double
    var solverSeconds: Double
    var longestCheckSeconds: Double
    var checks: Int
    var resources: UInt64
  }

  var seconds: Double
  var peakMemoryBytes: UInt64
  var specs: [Spec]
}

/// The built command.
struct Verifier {
  let path: String

  /// It did not print what it should.
  struct Failure: Error { var reason: String }

  /// Verifies a file with the seeds from 0 on, some at once.
  func verify(_ file: String, seeds: Int, jobs: Int) async throws -> [Verification] {
    try await withThrowingTaskGroup(of: (Int, Verification).self) { group in
      var runs: [Int: Verification] = [:]
      var waiting = (0..<seeds).makeIterator()
      func begin() {
        guard let seed = waiting.next() else { return }
        group.addTask { (seed, try await verify(file, seed: seed)) }
      }
      for _ in 0..<jobs { begin() }
      while let (seed, run) = try await group.next() {
        runs[seed] = run
        begin()
      }
      return (0..<seeds).compactMap { runs[$0] }
    }
  }

  /// Verifies a file, one spec after the other.
  func verify(_ file: String, seed: Int) async throws -> Verification {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("vmapcheck-benchmark-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = try await Subprocess.run(
      .path(.init(path)),
      arguments: [
        "verify", file, "--format", "json", "--jobs", "1", "--seed", "\(seed)", "--output",
        folder.path,
      ], output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
    do {
      return try JSONDecoder().decode(Verification.self, from: Data(result.standardOutput.utf8))
    } catch {
      throw Failure(
        reason: "\(path) verify \(file): \(result.terminationStatus): \(result.standardError)")
    }
  }
}
