// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// The built command, run as a user runs it.
enum Vmapcheck {
  struct Run: Sendable {
    var status: Int32
    var output: String
    var errors: String

    /// The line of a spec that is for scripts.
    func lastLine(of spec: String) -> String {
      output.split(separator: "\n").first { $0.hasPrefix("vmapcheck: \(spec): ") }
        .map(String.init) ?? "no line of \(spec)"
    }
  }

  struct Missing: Error {}

  /// The product lies beside the test bundle.
  static func executable() throws -> URL {
    var folders = CommandLine.arguments.prefix(1).map { URL(fileURLWithPath: $0) }
    folders += Bundle.allBundles.map(\.bundleURL)
    for (index, argument) in CommandLine.arguments.enumerated() where argument.contains(".xctest") {
      folders.insert(URL(fileURLWithPath: CommandLine.arguments[index]), at: 0)
    }
    for start in folders {
      var folder = start
      for _ in 0..<5 {
        folder.deleteLastPathComponent()
        let file = folder.appendingPathComponent("vmapcheck")
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder),
          !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: file.path)
        {
          return file
        }
      }
    }
    throw Missing()
  }

  /// The top of the package.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Runs the command in a folder.
  static func run(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]
  ) async throws -> Run {
    var values: [Environment.Key: String?] = [:]
    for (name, value) in environment {
      if let key = Environment.Key(rawValue: name) { values[key] = value }
    }
    let result = try await Subprocess.run(
      .path(.init(try executable().path)), arguments: .init(arguments),
      environment: .inherit.updating(values),
      workingDirectory: .init((folder ?? package).path),
      output: .string(limit: 16 << 20), error: .string(limit: 16 << 20))
    guard case .exited(let status) = result.terminationStatus else {
      return Run(status: -1, output: result.standardOutput, errors: result.standardError)
    }
    return Run(status: status, output: result.standardOutput, errors: result.standardError)
  }
}

/// A folder of the test's own, removed with the test.
final class Scratch: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("vmapcheck-cli-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes a file.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: false, encoding: .utf8)
    return file.path
  }

  /// Writes a spec whose map function has this body.
  func spec(
    _ body: String, before: String = "", fields: String = ".map = map,", to name: String = "s.c"
  ) throws -> String {
    try write(
      """
      #include <vmapcheck/spec.h>
      \(before)
      static void *map(const struct folio_range *ranges, unsigned int nr_ranges)
      {
      \t\(body)
      }
      VMAP_SPEC(s) = { .title = "a test", .buffer = { .kinds = SHMEM }, \(fields) };

      """, to: name)
  }

  /// Verifies in this folder.
  func verify(_ arguments: String..., environment: [String: String] = [:]) async throws
    -> Vmapcheck.Run
  {
    try await Vmapcheck.run(["verify"] + arguments, in: url, environment: environment)
  }
}

/// A strategy that refuses every buffer: `accepts` is refuted, mapping is vacuous.
let refusing = "return NULL;"
/// What is expected of it.
let refusingFields =
  ".map = map, .expect = { [ACCEPTS] = REFUTED, [MAPS_EXACTLY] = VACUOUS, "
  + "[REFS_HELD] = VACUOUS },"
