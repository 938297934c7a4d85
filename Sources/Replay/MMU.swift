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
  /// There is no temporary file for a run's values.
  case noFile(reason: String)
  /// A counterexample's file cannot be used; the reason says what to do.
  case file(path: String, reason: String)

  /// What the user is told.
  public var description: String {
    switch self {
    case .failed(let program, let reason): "\(program): the machine cannot be run: \(reason)"
    case .noFile(let reason):
      "a temporary file for the values of a run cannot be made: \(reason)"
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

  /// Seconds for what is soon done, on a machine with much to do.
  private static let patience = 60

  /// The names of the specs in the program.
  public func names() async throws -> [String] {
    try await run(["list"], within: MMU.patience).split(separator: "\n").compactMap { line in
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
    for line in try await run(["describe", name], within: MMU.patience).split(separator: "\n") {
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
      try await run(
        ["replay", name] + settings.arguments, input: lines.joined(),
        within: settings.seconds + MMU.patience))
  }

  /// Runs drawn cases of a spec.
  func draw(_ name: String, seed: UInt64, cases: Range<UInt64>, isVerbose: Bool) async throws
    -> String
  {
    try await run(
      ["draw", name, "\(seed)", "\(cases.lowerBound)", "\(cases.count)"] + settings.arguments
        + (isVerbose ? ["verbose"] : []),
      within: cases.count * (settings.seconds + MMU.patience))
  }

  /// Runs the program. It ends its runs in time itself: the limit is for what comes before them.
  private func run(
    _ arguments: [String], input: String = "", within seconds: Int
  ) async throws -> String {
    try await withThrowingTaskGroup(of: String.self) { group in
      group.addTask { try await output(arguments, input: input) }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        throw ReplayError.failed(
          program: spec.file, reason: "its program does not answer in \(seconds) s")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? ""
    }
  }

  private func output(_ arguments: [String], input: String) async throws -> String {
    do {
      let result = try await Subprocess.run(
        .path(.init(spec.path)), arguments: .init(arguments),
        input: .fileDescriptor(
          .init(rawValue: try MMU.file(of: input)), closeAfterSpawningProcess: true),
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

  /// A file without a name that has a text: who reads it may leave it unread, unlike a pipe.
  private static func file(of text: String) throws(ReplayError) -> Int32 {
    guard let file = tmpfile() else { throw .noFile(reason: String(cString: strerror(errno))) }
    defer { fclose(file) }
    let descriptor = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0)
    guard fputs(text, file) >= 0, fflush(file) == 0, descriptor >= 0,
      lseek(descriptor, 0, SEEK_SET) == 0
    else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw .noFile(reason: reason)
    }
    return descriptor
  }
}
