// SPDX-License-Identifier: Apache-2.0

import Execution
import Foundation
import Frontend
import Subprocess
import Verifier

/// What can go wrong with the machine itself.
public enum ReplayError: Error, Sendable, CustomStringConvertible {
  /// The program of a spec cannot be run.
  case failed(program: String, reason: String)
  /// A counterexample's file cannot be used; the reason says what to do.
  case file(path: String, reason: String)

  /// What the user is told.
  public var description: String {
    switch self {
    case .failed(let program, let reason): "\(program): the machine cannot be run: \(reason)"
    case .file(let path, let reason): "\(path): \(reason)"
    }
  }
}

/// The machine `mmu`: a process of this computer whose page tables stand for the kernel's.
public struct MMU: Sendable {
  /// How it is set up.
  public struct Settings: Sendable, Hashable, Codable {
    /// Freed struct pages are inaccessible, so that loads are caught too.
    public var trapsReads = false
    /// Seconds that a run may take.
    public var seconds = 10
    /// A deliberate fault of the machine: only to test that it is noticed.
    public var fault: String?

    /// Buffers are drawn for a guest with a real kernel, whose HVO is on or off.
    var guestHVO: Bool?

    /// The usual ones.
    public init() {}

    var arguments: [String] {
      (trapsReads ? ["trap-reads"] : []) + ["seconds=\(seconds)"]
        + (fault.map { ["fault=\($0)"] } ?? [])
        + (guestHVO.map { ["guest=\($0 ? "on" : "off")"] } ?? [])
    }
  }

  /// The spec that runs on it.
  public let spec: NativeSpec
  /// How it is set up.
  public let settings: Settings

  /// Makes a machine.
  public init(spec: NativeSpec, settings: Settings) {
    self.spec = spec
    self.settings = settings
  }

  /// The names of the specs in the program.
  public func names() async throws -> [String] {
    try await run(["list"]).split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t")
      return fields.count == 2 && fields[0] == "spec" ? String(fields[1]) : nil
    }
  }

  /// What a spec's author expects, by property.
  public func expectations(of name: String) async throws -> [Property: Expectation] {
    var expectations: [Property: Expectation] = [:]
    for (field, value) in try await description(of: name) {
      guard let match = field.wholeMatch(of: /expect\[(\d+)\]/),
        let property = Int(match.1).flatMap(Property.init(rawValue:)),
        let expectation = Expectation(rawValue: value)
      else { continue }
      expectations[property] = expectation
    }
    return expectations
  }

  /// The fields that a spec has, of those that are numbers.
  func description(of name: String) async throws -> [String: Int] {
    var values: [String: Int] = [:]
    for line in try await run(["describe", name]).split(separator: "\n") {
      let fields = line.split(separator: "\t")
      if fields.count == 3 { values[String(fields[1])] = Int(fields[2]) }
    }
    return values
  }

  /// Runs a spec with given values.
  func replay(_ name: String, inputs: [Counterexample.Value], bounds: Bounds) async throws
    -> NativeReport
  {
    let lines =
      inputs.map { "\($0.name)\t\($0.value)\n" }
      + ["bound ranges\t\(bounds.ranges)\n", "bound pages\t\(bounds.pages ?? 0)\n"]
    return NativeReport(
      try await run(["replay", name] + settings.arguments, input: lines.joined()))
  }

  /// Runs drawn cases of a spec.
  func draw(_ name: String, seed: UInt64, cases: Range<UInt64>, isVerbose: Bool) async throws
    -> String
  {
    try await run(
      ["draw", name, "\(seed)", "\(cases.lowerBound)", "\(cases.count)"] + settings.arguments
        + (isVerbose ? ["verbose"] : []))
  }

  private func run(_ arguments: [String], input: String = "") async throws -> String {
    do {
      let result = try await Subprocess.run(
        .path(.init(spec.path)), arguments: .init(arguments), input: .string(input),
        output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
      try Task.checkCancellation()
      guard result.terminationStatus.isSuccess else {
        throw ReplayError.failed(
          program: spec.path,
          reason: "\(result.terminationStatus): \(result.standardError)")
      }
      return result.standardOutput
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw ReplayError.failed(program: spec.path, reason: error.description)
    }
  }
}
