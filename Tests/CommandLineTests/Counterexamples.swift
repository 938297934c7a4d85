// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Counterexamples that several tests look at: each spec is verified once for all of them.
actor Counterexamples {
  static let shared = Counterexamples()

  private var texts: [String: Task<String, any Error>] = [:]

  /// The text of the counterexample to a property of a spec of the tests.
  func text(of spec: String, _ property: String) async throws -> String {
    let name = "\(spec).\(property)"
    let task = texts[name] ?? Task { try await Self.make(spec, property) }
    texts[name] = task
    return try await task.value
  }

  private static func make(_ spec: String, _ property: String) async throws -> String {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run([
      "verify", "Tests/CommandLineTests/Specs/\(spec).c", "--property", property, "--output",
      scratch.path("ce"), "-q",
    ])
    guard run.errors.isEmpty else { throw Failure(description: run.errors) }
    return try String(
      contentsOfFile: scratch.path("ce/\(spec).\(property).json"), encoding: .utf8)
  }

  private struct Failure: Error { var description: String }
}
