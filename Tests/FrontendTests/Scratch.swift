// SPDX-License-Identifier: Apache-2.0

import Foundation
import Frontend
import KernelSource
import Testing

/// A folder of the test's own with a small environment, removed with the test.
final class ScratchFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("vmapcheck-test-\(UUID().uuidString)")
    try write("typedef unsigned long size_t;\nint model(int);\n", to: "kernel/vmapcheck/spec.h")
    try write(
      "#include <vmapcheck/spec.h>\nint model(int a) { return a + 1; }\n", to: "kernel/model/a.c")
    try write("int version = VMAPCHECK_KERNEL_VERSION;\n", to: "kernel/model/deep/ignored.c")
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file into the folder.
  @discardableResult
  func write(_ text: String, to path: String) throws -> String {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: false, encoding: .utf8)
    return file.path
  }

  func path(_ path: String) -> String { url.appendingPathComponent(path).path }

  func frontend() async throws -> Frontend {
    Frontend(clang: try await Clang.find(), environment: url.appendingPathComponent("kernel"))
  }

  /// A kernel tree 1.2.3 that has one file, `mm/a.c`.
  func tree(_ text: String) async throws -> KernelTree {
    try write("VERSION = 1\nPATCHLEVEL = 2\nSUBLEVEL = 3\n", to: "tree/Makefile")
    try write(text, to: "tree/mm/a.c")
    return try await KernelTree.open(at: path("tree"), files: ["mm/a.c"])
  }

  /// Compiles a spec's text.
  func compile(_ text: String, tree: KernelTree? = nil) async throws -> Compilation {
    try await frontend().compile(
      spec: try SpecSource(path: "Specs/s.c", text: text), tree: tree)
  }

  /// Compiles a spec's text, which is expected to be well.
  func compiled(_ text: String, tree: KernelTree? = nil) async throws -> CompiledSpec {
    guard case .compiled(let spec) = try await compile(text, tree: tree) else {
      throw UnexpectedOutcome()
    }
    return spec
  }

  /// clang's messages for a spec that it refuses.
  func messages(_ text: String, tree: KernelTree? = nil) async throws -> String {
    do {
      _ = try await compile(text, tree: tree)
    } catch FrontendError.compile(let messages) {
      return messages
    }
    throw UnexpectedOutcome()
  }
}

struct UnexpectedOutcome: Error {}
