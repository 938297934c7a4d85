// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

@testable import KernelSource

/// A folder of the test's own, removed with the test.
final class ScratchFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("vmapcheck-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var cache: URL { url.appendingPathComponent("cache") }

  /// Writes a file into the folder.
  @discardableResult
  func write(_ text: String, to path: String) throws -> URL {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: false, encoding: .utf8)
    return file
  }

  /// Writes a small tree `linux-1.2` with one C file.
  func writeTree() throws -> URL {
    try write(
      "# x\nVERSION = 1\nPATCHLEVEL = 2\nSUBLEVEL = 3\nEXTRAVERSION =\n", to: "linux-1.2/Makefile")
    try write("int f(void)\n{\n\treturn 1;\n}\n", to: "linux-1.2/mm/a.c")
    return url.appendingPathComponent("linux-1.2")
  }

  /// Packs that tree.
  func writeTarball(_ name: String = "linux-1.2.tar.xz") throws -> URL {
    _ = try writeTree()
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = [
      "tar", "-C", url.path, "-caf", url.appendingPathComponent(name).path, "linux-1.2",
    ]
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0)
    return url.appendingPathComponent(name)
  }

  /// What is in the cache, leftovers included.
  func cached() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: cache.path).sorted()
  }
}

/// The words that a progress callback was given.
final class Messages: Sendable {
  private let list = Mutex<[String]>([])

  var all: [String] { list.withLock { $0 } }

  func append(_ message: String) { list.withLock { $0.append(message) } }
}
