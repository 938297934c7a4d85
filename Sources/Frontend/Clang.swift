// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess

/// The clang that turns specs into IR.
public struct Clang: Sendable, Hashable {
  /// The executable's path.
  public let path: String
  /// The major version.
  public let major: Int
  /// The first line of what `clang --version` prints.
  public let versionText: String

  /// The versions whose textual IR the reader knows.
  public static let supportedMajors: Set<Int> = [21]

  static var supportedText: String {
    supportedMajors.sorted().map(String.init).joined(separator: " or ")
  }

  /// Finds a clang of a supported version.
  ///
  /// A path that was given is the only one tried. Otherwise the first that fits of: the clang
  /// beside the `swift` on PATH, the clangs on PATH.
  ///
  /// - Parameters:
  ///   - path: what the user gave as an option; else `VMAPCHECK_CLANG` of the environment.
  ///   - environment: the environment's variables.
  /// - Throws: ``FrontendError/clangMissing(tried:)``, ``FrontendError/clangUnsupported(found:)``,
  ///   ``FrontendError/clangFailed(path:reason:)``.
  public static func find(
    at path: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) async throws -> Clang {
    let given = path ?? environment["VMAPCHECK_CLANG"].flatMap { $0.isEmpty ? nil : $0 }
    if let given {
      guard FileManager.default.isExecutableFile(atPath: given) else {
        throw FrontendError.clangMissing(tried: [given])
      }
      // It is run in folders of its own.
      let clang = try await Clang(asking: URL(fileURLWithPath: given).path)
      guard supportedMajors.contains(clang.major) else {
        throw FrontendError.clangUnsupported(found: ["\(given) (\(clang.versionText))"])
      }
      return clang
    }
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let places = candidates(in: folders)
    var found: [String] = []
    for place in places where FileManager.default.isExecutableFile(atPath: place) {
      // One that cannot be run is as good as none: the next may do.
      guard let clang = try? await Clang(asking: place) else {
        try Task.checkCancellation()
        continue
      }
      if supportedMajors.contains(clang.major) { return clang }
      found.append("\(place) (\(clang.versionText))")
    }
    if found.isEmpty { throw FrontendError.clangMissing(tried: places) }
    throw FrontendError.clangUnsupported(found: found)
  }

  private static func candidates(in folders: [String]) -> [String] {
    var places: [String] = []
    let swifts = folders.map { URL(fileURLWithPath: $0).appendingPathComponent("swift") }
    if let swift = swifts.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) {
      let folder = swift.resolvingSymlinksInPath().deletingLastPathComponent()
      places.append(folder.appendingPathComponent("clang").path)
    }
    let names = ["clang"] + supportedMajors.sorted().map { "clang-\($0)" }
    places += folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
    var seen: Set<String> = []
    return places.filter { seen.insert($0).inserted }
  }

  private init(asking path: String) async throws {
    self.path = path
    let output = try await Self.run(path, ["--version"], in: nil)
    versionText = output.standardOutput.split(separator: "\n").first.map(String.init) ?? ""
    guard output.isSuccess, let match = versionText.firstMatch(of: /clang version (\d+)\./),
      let major = Int(match.1)
    else {
      throw FrontendError.clangFailed(path: path, reason: "--version names no clang version")
    }
    self.major = major
  }

  // MARK: Running

  /// What a run of clang gave.
  struct Output: Sendable {
    var isSuccess: Bool
    var standardOutput: String
    var standardError: String
  }

  /// The most that clang may print: IR is some hundred kilobytes.
  private static let outputLimit = 64 << 20

  /// Runs clang; it is killed where the task is cancelled.
  ///
  /// - Parameter folder: the folder to run in.
  func run(_ arguments: [String], in folder: URL) async throws -> Output {
    try await Self.run(path, arguments, in: folder)
  }

  private static func run(
    _ path: String, _ arguments: [String], in folder: URL?
  ) async throws -> Output {
    do {
      let result = try await Subprocess.run(
        .path(.init(path)), arguments: .init(arguments),
        // What could change clang's output from outside.
        environment: .inherit.updating([
          "LC_ALL": "C", "CPATH": nil, "C_INCLUDE_PATH": nil, "CCC_OVERRIDE_OPTIONS": nil,
        ]),
        workingDirectory: folder.map { .init($0.path) },
        output: .string(limit: outputLimit), error: .string(limit: outputLimit))
      try Task.checkCancellation()
      if case .signaled(let signal) = result.terminationStatus {
        throw FrontendError.clangFailed(
          path: path, reason: "it was ended by signal \(signal): \(result.standardError)")
      }
      return Output(
        isSuccess: result.terminationStatus.isSuccess, standardOutput: result.standardOutput,
        standardError: result.standardError)
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw FrontendError.clangFailed(path: path, reason: error.description)
    }
  }
}
