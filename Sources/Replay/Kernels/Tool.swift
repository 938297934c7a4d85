// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess

/// Programs of the system.
enum Tool {
  /// Where a program is on PATH, or in the folders of the system's own.
  static func path(of name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/sbin", "/sbin"]
    return folders.map { "\($0)/\(name)" }
      .first(where: FileManager.default.isExecutableFile(atPath:))
  }

  /// Runs a program to its end.
  ///
  /// - Returns: what it prints.
  /// - Throws: ``KernelError``; `CancellationError`.
  @discardableResult
  static func run(_ name: String, _ arguments: [String], in folder: URL? = nil) async throws
    -> String
  {
    let command = "\(name) \(arguments.first ?? "")"
    guard let path = path(of: name) else {
      throw KernelError.tool(command: name, output: "it is not there")
    }
    do {
      let result = try await Subprocess.run(
        .path(.init(path)), arguments: .init(arguments),
        environment: .inherit.updating(["LC_ALL": "C", "MAKEFLAGS": nil]),
        workingDirectory: folder.map { .init($0.path) },
        output: .string(limit: 16 << 20), error: .string(limit: 16 << 20))
      try Task.checkCancellation()
      guard result.terminationStatus.isSuccess else {
        throw KernelError.tool(
          command: command, output: result.standardOutput + result.standardError)
      }
      return result.standardOutput
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw KernelError.tool(command: command, output: error.description)
    }
  }
}
